#!/bin/bash
declare -A M
M[web]=10.0.0.11; M["db one"]=10.0.0.12
M[web]+=:80
for k in "${!M[@]}"; do echo "$k -> ${M[$k]}"; done
echo ${#M[@]} "<${M[nope]}>" "${M["db one"]}"
declare -A WEIGHT=([rs1]=3 [rs2]=1 [rs3]=2 [10.0.0.14]=4 [a]=5 [zeta]=6 [b]=7 [c]=8)
for rs in "${!WEIGHT[@]}"; do echo "$rs ${WEIGHT[$rs]}"; done
echo "${WEIGHT[@]}"
unset 'WEIGHT[a]'; echo "${#WEIGHT[@]} <${WEIGHT[a]}>"
k=b; WEIGHT[$k]=$((${WEIGHT[$k]} + 5)); echo "${WEIGHT[b]}"
((WEIGHT[$k]++)); ((WEIGHT[rs1] += 10)); echo "${WEIGHT[b]} ${WEIGHT[rs1]}"
for w in x y x; do ((SEEN[0]++)); done; echo "${SEEN[0]}"; N=(1 2 3); ((N[1] = N[0] + N[2])); i=2; echo "$((N[1] * N[i])) ${N[@]}"
[[ -n ${M[web]} ]] && [[ -z ${M[other]} ]] && echo has
declare -A COUNT
for w in a b a c a b; do n=${COUNT[$w]:-10}; COUNT[$w]=$((n + 1)); done
for w in "${!COUNT[@]}"; do echo "$w ${COUNT[$w]}"; done | sort
echo "${M[nope]:-none} ${M[web]:+set} ${M[web]%:*} ${M[web]##*.} ${M[web]/10/ten} ${M[web]:0:4} ${M["db one"]:-x} ${A[3]:-unset} ${N[0]:-y}"
