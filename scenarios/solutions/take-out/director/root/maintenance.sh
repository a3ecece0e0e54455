# Takes rs2 out, so that it can be switched off: nothing new first, and out when nobody is left.
ipvsadm -e -t 10.0.1.100:80 -r 192.168.1.12 -m -w 0
sleep 6
ipvsadm -d -t 10.0.1.100:80 -r 192.168.1.12
