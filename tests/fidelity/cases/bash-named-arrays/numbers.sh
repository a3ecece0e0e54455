#!/bin/bash
A=(x y z)
A[1]=q
A+=(w)
echo "${A[@]}" "${!A[@]}" "${#A[@]}" "${A[-1]}" "${#A[1]}"
for i in "${!A[@]}"; do echo "$i=${A[$i]}"; done
unset 'A[1]'; echo "${!A[@]}" "${#A[@]}" "<${A[1]}>"
A[7]=far; echo "${!A[@]} ${A[7]} ${A[-1]}"
B=("${A[@]}" last); echo "${#B[@]} ${B[3]}"
IFS=,; echo "${B[*]}"; unset IFS
i=2; A[$i]=s; A[i+1]+=t; echo "${A[i]} ${A[3]}"
s=plain; s[1]=more; echo "$s ${s[0]} ${#s[@]}"
C=([2]=two [5]=five six); echo "${!C[@]}: ${C[@]}"
C+=(seven); echo "${!C[@]}"
unset C; echo "<${C[2]}> ${#C[@]}"
