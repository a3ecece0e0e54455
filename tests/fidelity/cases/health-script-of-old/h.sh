#!/bin/bash
VIP=10.0.0.100
PORT=80
RS[0]='192.168.1.11'
RS[1]='192.168.1.12'
LOGFILE=/var/log/check_rs.log
function check_weight { ipvsadm -Ln | grep "$1:$PORT" | awk '{print $4}'; }
function check_rs() { curl -o /dev/null -s -m 1 -w %{http_code} http://$1:$PORT/; }
function add { ipvsadm -a -t $VIP:$PORT -r $1:$PORT -m -w 1; echo "`date +%Y | wc -c` add $1" >>$LOGFILE; }
i=0
while true
do
  for ((k=0;k<${#RS[*]};k++)); do
    ip=${RS[$k]}
    code=$(check_rs $ip)
    w=`check_weight $ip`
    if [ "$code" == "200" ];then
      if [ -z "$w" ];then add $ip; fi
    else
      if [ -n "$w" ];then ipvsadm -d -t $VIP:$PORT -r $ip:$PORT; echo "del $ip code=$code" >>$LOGFILE; fi
    fi
  done
  i=$[$i+1]
  [ $i -ge 4 ] && break
  sleep 1
done
cat $LOGFILE; echo "rounds $[i*1]"
