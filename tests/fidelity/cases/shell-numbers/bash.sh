x=2; echo $((x**10)) $((1,2)) $(((3,4)+1)); ((y=1,z=2)); echo $y $z; echo $((2**3**2)) $((-2**2))
(( x > 1 ? (q=1) : (q=2) )); echo $q
for ((i=0, j=10; i<3; i++, j--)); do echo $i $j; done
[ a -lt b ]; echo $?
[ a == a ] && echo eq
[ a foo b ]; echo $?
[ a b ]; echo $?
[ 1 -eq ]; echo $?
[ 1 -eq 1; echo $?
[ a b c d ]; echo $?
[ -n a b ]; echo $?
test a = ; echo $?
printf '%q|%5q|' '' 'a b' "it's" 'a,b' '~x' 'x~' '#a' 'a#' $'a\nb' 'a=b' '{a}' '!x'; echo
echo -e '\x41\101\0101\e[0m|\E|\u00e9' | tr '\033' E; printf '\x41\101\u00e9\"%b\n' '\x42\0102'
