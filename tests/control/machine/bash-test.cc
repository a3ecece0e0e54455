// SPDX-License-Identifier: GPL-2.0-or-later
// Words of bash in scripts that name it. Outputs are those of bash 5.2 (Debian 12): bash FILE.
#include <gtest/gtest.h>

#include <string>

#include "../lan.h"

namespace lvs::control {
namespace {

struct Case {
  const char* name;
  const char* text;
  const char* out;
};

class Bash : public testing::TestWithParam<Case> {};

TEST_P(Bash, SaysTheSame) {
  test::Lan lan{1};
  lan[1].files().place("/root/t.sh", std::string("#!/bin/bash\n") + GetParam().text, 0755);
  const LineRun& run = lan.run(1, "./t.sh");
  EXPECT_EQ(run.out(), GetParam().out);
  EXPECT_EQ(run.err(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Words, Bash,
    testing::Values(
        Case{"function_word", "function f { echo f $1; }\nfunction g() { return 3; }\nf 1; g; echo $?\n", "f 1\n3\n"},
        Case{"patterns", "x=abc; [[ $x == a* ]] && echo 1; [[ $x == \"a*\" ]] || echo 2; [[ $x = ab? ]]; echo $?\n",
             "1\n2\n0\n"},
        Case{"and_or", "x=abc; [[ $x != b* && -n $x ]] && echo 1; [[ -z $y || $x = q ]] && echo 2\n", "1\n2\n"},
        Case{"files", "[[ ! -e /nofile ]] && echo 1; [[ -d /etc && ! -f /etc ]] && echo 2\n", "1\n2\n"},
        Case{"regex", "x=10.0.0.1; [[ $x =~ ^[0-9.]+$ ]] && echo 1; [[ $x =~ a ]] || echo 2\n", "1\n2\n"},
        Case{"parentheses", "if [[ ( a == q ) || 3 -gt 2 ]]; then echo 1; fi; [[ 2 < 10 ]] || echo 2\n", "1\n2\n"},
        Case{"numbers", "[[ a -eq 0 ]] && echo 1; n=7; [[ n -gt 2+4 ]] && echo 2; [[ \"\" ]] || echo 3\n", "1\n2\n3\n"},
        Case{"arithmetic", "((i = 3 * 2)); echo $i; ((i++)); echo $i $((i--)) $((--i)); ((i += 4)) && echo $i\n",
             "6\n7 7 5\n9\n"},
        Case{"status", "if (( 9 > 8 )); then echo 1; fi; (( 0 )) || echo 2\n", "1\n2\n"},
        Case{"only_of_bash", "x=2; echo $((x**10)) $((2**3**2)) $((1,2)) $((x > 1 ? 5 : 1/0)) $((0 && x++)) $x\n",
             "1024 512 2 5 0 2\n"},
        Case{"printf", "printf '%q|%ld|\\x41\\n' \"it's\" 7; printf '%d\\n' 08 2>&1; [ a -lt 1 ] 2>&1\n",
             "it\\'s|7|A\n./t.sh: line 2: printf: 08: invalid octal number\n0\n./t.sh: line 2: [: a: integer "
             "expression expected\n"},
        Case{"counting", "for ((k=0; k<3; k++)); do\n echo k$k\ndone\n", "k0\nk1\nk2\n"},
        Case{"operators", "echo $((1 << 4 | 3)) $((5 > 3 && 2 == 2)) $(( !4 )) $((~1)) $((7 % 4 ** 1)) $((2-3-4))\n",
             "19 1 0 -2 3 -5\n"},
        Case{
            "arrays",
            "R=(10.0.0.11 \"a b\" c)\nfor r in \"${R[@]}\"; do echo \"<$r>\"; done\necho ${#R[@]} ${R[1]} $R ${!R[@]}\n"
            "R+=(d)\n(( ${#R[@]} > 3 )) && echo \"${R[*]}\"\ni=2; echo ${R[$i]} ${R[i+1]} ${#R[0]}\nE=()\necho "
            "${#E[@]}\n",
            "<10.0.0.11>\n<a b>\n<c>\n3 a b 10.0.0.11 0 1 2\n10.0.0.11 a b c d\nc d 9\n0\n"},
        Case{"arrays_of_lines", "declare -a A=(\n  x\n  $(echo y z)\n)\nfor a in ${A[@]}; do echo $a; done\n",
             "x\ny\nz\n"},
        // What is wrong in an expression costs the rest of the line; a variable that is wanted, the script.
        Case{"wrong_expressions",
             "exec 2>&1\necho $((1/0)); echo same\necho after $?\nf() { echo $((08)); echo in; }\nf; echo next\n"
             "for i in 1 2; do echo $((i/0)); done\n((a=3+09)); echo $?\nlet b=08; echo $?\nreadonly r=1\nr=2; echo q\n"
             "x=b+1; b=4; echo $((x*2)) $((1+)) z\n(echo $((1/0)); echo sub); echo $?\n",
             "./t.sh: line 3: 1/0: division by 0 (error token is \"0\")\nafter 1\n"
             "./t.sh: line 5: 08: value too great for base (error token is \"08\")\n"
             "./t.sh: line 7: i/0: division by 0 (error token is \"0\")\n"
             "./t.sh: line 8: ((: a=3+09: value too great for base (error token is \"09\")\n1\n"
             "./t.sh: line 9: let: b=08: value too great for base (error token is \"08\")\n1\n"
             "./t.sh: line 11: r: readonly variable\n"
             "./t.sh: line 12: 1+: syntax error: operand expected (error token is \"+\")\n"
             "./t.sh: line 13: 1/0: division by 0 (error token is \"0\")\n1\n"},
        Case{"wanted_variables",
             "exec 2>&1\nset -u\n(echo ${#x}; echo a); echo $?\n(echo ${x%a}; echo a)\n(echo \"$1\"; echo a)\n"
             "(echo $((x+1)); echo a)\n(((x++)); echo a)\n(y=; echo ${y:?}; echo a)\nfor i in $x; do :; done\necho "
             "end\n",
             "./t.sh: line 4: x: unbound variable\n1\n./t.sh: line 5: x: unbound variable\n"
             "./t.sh: line 6: $1: unbound variable\n./t.sh: line 7: x: unbound variable\n"
             "./t.sh: line 8: x: unbound variable\n./t.sh: line 9: y: parameter null or not set\n"
             "./t.sh: line 10: x: unbound variable\n"},
        Case{"expressions_with_groups",
             "[[ \"eth0: 10.0.0.1/24\" =~ ([0-9.]+)/([0-9]+)$ ]] && echo ${BASH_REMATCH[1]} ${BASH_REMATCH[2]}\n"
             "x='^(a|b)c$'; [[ ac =~ $x ]] && echo ${BASH_REMATCH[0]} ${#BASH_REMATCH[@]}\n"
             "if [[ stop =~ ^(start|stop)$ ]]; then echo c; fi; [[ -v x && ! -v nope ]] && echo v\n"
             "[[ ( a == a ) && ( b == c || c == c ) ]] && echo y\n",
             "10.0.0.1 24\n"
             "ac 2\n"
             "c\n"
             "v\n"
             "y\n"},
        Case{"fields",
             "IFS=',' read -ra P <<< \"a,b,,c\"; echo ${P[3]} ${#P[@]}\n"
             "IFS=': ' read -r -a P <<< \" a : b  c:\"; echo ${#P[@]} ${P[1]}\n"
             "IFS=: read -r a b <<< \"1:2:3\"; echo \"$a|$b\"; read -r a b <<< \" x  y z \"; echo \"$a|$b|\"\n",
             "c 4\n"
             "3 b\n"
             "1|2:3\n"
             "x|y z|\n"},
        Case{"loops_left",
             "for i in 1 2; do for j in a b; do break 2; done; done; echo $i$j\n"
             "for i in 1 2; do for j in a b; do continue 2; done; echo no; done; echo $i$j\n"
             "while :; do while :; do break 9; done; echo no; done; echo z\n",
             "1a\n"
             "2a\n"
             "z\n"},
        Case{"tested_failures",
             "f() { false; echo in; }\n"
             "(set -e; f || echo caught; echo alive)\n"
             "(set -e; if f; then echo t; fi; ! f; echo alive; f; echo no); echo $?\n"
             "(set -e; { false; echo group; } && echo c; x=$(false; echo y); echo $x; x=$(false); echo no)\n",
             "in\n"
             "alive\n"
             "in\n"
             "t\n"
             "in\n"
             "alive\n"
             "1\n"
             "group\n"
             "c\n"
             "y\n"},
        Case{"statuses_and_bases",
             "false | (exit 3) | true; echo ${PIPESTATUS[@]} ${#PIPESTATUS[@]}; echo $PIPESTATUS\n"
             "echo $((16#ff)) $((2#101)) $((36#Z + 64#a)) $((16#fF + 1))\n"
             "(echo $((2#3)); echo q) 2>&1\n",
             "1 3 0 3\n"
             "0\n"
             "255 5 45 256\n"
             "./t.sh: line 4: 2#3: value too great for base (error token is \"2#3\")\n"},
        Case{"added_and_named",
             "L=\"\"; for i in 1 2 3; do L+=\"$i,\"; done; L+=\"z $i\"; echo \"$L\"; new+=x; echo $new\n"
             "start-lvs() { echo \"$FUNCNAME $1\"; log::info x; echo ${FUNCNAME[0]}; }; log::info() { echo "
             "\"[$FUNCNAME] $*\"; }; start-lvs a\n",
             "1,2,3,z 3\n"
             "x\n"
             "start-lvs a\n"
             "[log::info] x\n"
             "start-lvs\n"},
        Case{"some_arguments",
             "show() { printf '<%s>' \"$@\"; echo \" $#\"; }\n"
             "f() { show \"${@:2}\"; show \"x${@:2:2}y\" \"${@:9}\"; show \"${*:2}\" \"${@: -1}\"; for x in "
             "\"${@:3}\"; do echo \"- $x\"; done; }\n"
             "f a 'b c' d e\n"
             "set -- p q r; echo ${@:2} \"${*:1:2}\"\n",
             "<b c><d><e> 3\n"
             "<xb c><dy> 2\n"
             "<b c d e><e> 2\n"
             "- d\n"
             "- e\n"
             "q r p q\n"},
        Case{"both_streams", "ls /nofile &> /tmp/x; wc -l < /tmp/x; echo a &>> /tmp/x; wc -l < /tmp/x\n", "1\n2\n"}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace lvs::control
