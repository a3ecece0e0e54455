printf '[%.3d][%5.3d][%-6d|][%+d][% d][%05d][%+05d][%x][%#x][%#o][%X]\n' 7 7 7 7 7 7 7 255 255 8 255
printf '[%f][%.2f][%8.3f][%-8.1f][%e][%g][%G][%08.2f][%+.1f]\n' 3.14159 3.14159 3.14159 3.14159 12345.678 0.0001 1e10 3.14159 2
printf '[%s][%10s][%-10s][%.2s][%c][%5c]\n' abc abc abc abc abc abc
printf '[%d]\n' 0x1f 010 "'A" -5 +5
printf '[%d]\n' abc; echo $?
printf '[%d]\n' 12abc; echo $?
printf '[%f]\n' abc; echo $?
printf '[%.2f]\n' 1.5x; echo $?
printf '[%d]\n' 1.5; echo $?
printf '[%u]\n' -1
printf '[%x]\n' -1
printf '[%b]\n' 'a\tb\nc\0101\x41'
printf 'a\tb\101\x41\n'
printf '%%|%5s|%%\n' x
printf '[%*d][%-*d][%.*f]\n' 5 42 5 42 2 3.14159
printf '%s %s\n' a b c
printf '%d %d\n' 1
printf '%i\n' 99999999999999999999; echo $?
printf '[%ld][%lld][%hd]\n' 1 2 3; echo $?
printf '%z\n' 1; echo $?
printf '%'; echo $?
printf '%5'; echo $?
printf; echo $?
printf -- '-x\n'
printf '[%s]' ; echo
printf '%s\n' "it's" 'a"b'
printf '[%05s][%-05d][%+s]\n' ab 5 x
printf '[%d]\n' ''; echo $?
printf '[%d]\n' ' 7'; echo $?
printf '[%d]\n' '7 '; echo $?
printf '[%5%]\n'; echo $?
printf '[\c]x\n'; echo; printf '[%b]x\n' 'a\cb'; echo
printf '[%s]\n' "$(printf '%050d' 0 | tr 0 -)"
printf '[%.0f][%.10g]\n' 2.5 3.14159265358979
printf '%s|%5.1s|%-5.2s|\n' '' abc def
printf '%d|' +7 -0x10 0x 08 ' 9' 1e3; echo $?
printf '%u|' -5 +5 abc; echo $?
printf '%x|' -255 "'é"; echo $?
printf '%f|%g|%e\n' 0x10 inf nan; printf '%f\n' "'A"
printf '%.*s|%*s|%-*s|\n' 2 abc 5 ab 5 ab; printf '%*d|\n' -5 7
printf '%5.3d|%-5.3d|%05.3d|%+x|% u\n' 7 7 7 255 3
printf '%#X|%#x|%#o\n' 255 0 0
printf '%s' a b c; echo; printf 'x\n' a b; printf '%d,%s;' 1 a 2; echo
printf '%10.3e|%-12g|%G\n' 1234.5 0.00001234 1e-10
printf '%.3f %.0f %.1f\n' 2.0005 0.5 0.25
printf '%d\n' 9223372036854775807 -9223372036854775808 9223372036854775808; echo $?
printf '%u\n' 18446744073709551615 18446744073709551616; echo $?
printf '%5%|\n'; echo $?
printf 'a%'; echo $?
printf '%-'; echo $?
printf 'ab%kcd\n' x; echo $?
printf '%s %q\n' a b; echo $?
printf '%i %li %hhd\n' 1 2 3; echo $?
printf ''; echo $?
printf -v; echo $?
printf --; echo $?
printf -x; echo $?
printf "%s\n" -1 --; printf "%05d|%-05d|%+d|%+d\n" -3 -3 -3 3
printf '%5b|%-6b|\n' 'a\t' 'b'
printf '%.2b|\n' abc
