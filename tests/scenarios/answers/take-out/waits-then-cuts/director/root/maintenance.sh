sleep 6
ipvsadm -d -t 10.0.1.100:80 -r 192.168.1.12
