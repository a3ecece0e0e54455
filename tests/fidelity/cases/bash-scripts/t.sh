#!/bin/bash
function f { echo "f $1"; }
function g() { echo "g $1"; return 3; }
f 1; g 2; echo $?
x=abc
[[ $x == a* ]] && echo star
[[ $x == "a*" ]] || echo literal
[[ $x != b* && -n $x ]] && echo both
[[ -z $y || $x = abc ]] && echo or
[[ ! -e /nofile ]] && echo noent
[[ $x =~ ^a.c$ ]] && echo re
if [[ ( $x == q ) || 3 -gt 2 ]]; then echo paren; fi
[[ 2 < 10 ]] || echo lex
((i = 3 * 2)); echo $i
((i++)); echo $i $((i--)) $((--i))
((i += 4)) && echo $i
if (( i > 8 )); then echo big; fi
(( 0 )) || echo zero
for ((k=0; k<3; k++)); do
  echo k$k
done
echo $((1 << 4 | 3)) $((5 > 3 && 2 == 2)) $(( !4 )) $((~1)) $((7 % 4 ** 1)) 2>/dev/null
ls /nofile &> /tmp/both; cat /tmp/both
echo more &>> /tmp/both; wc -l < /tmp/both
[[ a -eq 0 ]] && echo num
[[ "" ]] || echo empty
[[ $x = ab? ]]; echo $?
echo $((4*(2+3)-1)) $((10/3)) $((2-3-4)) $((0x10+010))
