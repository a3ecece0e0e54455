<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh" sourcelanguage="en">
<context>
    <name>Advice</name>
    <message>
        <source>{0}</source>
        <translation>{0}</translation>
    </message>
    <message>
        <source>the VIP on lo, not {2}: {0}; and {1}</source>
        <translation>把 VIP 配在 lo 上，而不是 {2}：{0}；再执行 {1}</translation>
    </message>
    <message>
        <source>{0} (with arp_ignore=1 and arp_announce=2)</source>
        <translation>{0}（并设 arp_ignore=1、arp_announce=2）</translation>
    </message>
    <message>
        <source>the address on one host only, or arp_ignore=1 on the other with the address on lo</source>
        <translation>只让一台主机有这个地址；或者在另一台上把它配在 lo，并设 arp_ignore=1</translation>
    </message>
    <message>
        <source>{0}, the gateway that the director itself uses</source>
        <translation>{0}（ROUTER 是调度器自己所用的网关）</translation>
    </message>
    <message>
        <source>another host as the servers&apos; gateway: this one has the address they come from</source>
        <translation>让真实服务器改用别的主机作网关：这些报文的源地址是本机的地址</translation>
    </message>
    <message>
        <source>-m instead of -g or -i, or a server that listens on port {0}</source>
        <translation>用 -m 代替 -g 或 -i，或者让真实服务器监听端口 {0}</translation>
    </message>
    <message>
        <source>ipvsadm -e ... -i (TUN), or director and server on one segment</source>
        <translation>用 ipvsadm -e ... -i 改为 TUN，或者把调度器和真实服务器放在同一网段</translation>
    </message>
    <message>
        <source>an MTU of {0} at the client (ip route ... mtu {0}), or {1} between director and server</source>
        <translation>把客户端的 MTU 设为 {0}（ip route ... mtu {0}），或者把调度器与真实服务器之间的 MTU 设为 {1}</translation>
    </message>
    <message>
        <source>a client of its own, or NAT</source>
        <translation>另用一台主机作客户端，或者改用 NAT</translation>
    </message>
    <message>
        <source>the address that they are for on this host, or {0}</source>
        <translation>在本机配上这些报文的目的地址，或者执行 {0}</translation>
    </message>
    <message>
        <source>{0}, and the same of the interface</source>
        <translation>{0}，该网卡的 rp_filter 也设为 0</translation>
    </message>
    <message>
        <source>a route to where they go (ip route add)</source>
        <translation>添加到报文目的地址的路由（ip route add）</translation>
    </message>
    <message>
        <source>ip route add for it, by way of the director where that forwards by NAT</source>
        <translation>用 ip route add 添加回客户端的路由；如果调度器以 NAT 转发，网关须是调度器</translation>
    </message>
    <message>
        <source>{0} (and send_redirects=0 on the director), or DR instead of NAT</source>
        <translation>{0}（并在调度器上设 send_redirects=0），或者用 DR 代替 NAT</translation>
    </message>
    <message>
        <source>ip route replace default via the director</source>
        <translation>用 ip route replace default via 把默认网关改为调度器</translation>
    </message>
    <message>
        <source>the way back that leads to the client</source>
        <translation>改正回程的路由，使应答回到客户端</translation>
    </message>
    <message>
        <source>the service without --ops, or by direct routing or a tunnel</source>
        <translation>去掉服务的 --ops，或改用直接路由或隧道</translation>
    </message>
    <message>
        <source>the service on the master alone, or a mark for what the other&apos;s MAC has not sent</source>
        <translation>只在主调度器上配置该服务；或者用 iptables 只给不是来自对方 MAC 的报文打标记，再按标记（-f）配置服务</translation>
    </message>
    <message>
        <source>routes without a loop</source>
        <translation>消除路由环路</translation>
    </message>
    <message>
        <source>the right gateway in ip route</source>
        <translation>改正 ip route 中的网关地址</translation>
    </message>
    <message>
        <source>the host that is asked for on this segment, up and with that address</source>
        <translation>让被询问的主机接在这个网段上，网卡启用，并配有该地址</translation>
    </message>
    <message>
        <source>{0}, or the right MAC address in arp -s</source>
        <translation>{0}，或者改正 arp -s 中的 MAC 地址</translation>
    </message>
    <message>
        <source>a smaller MTU at who sends, or a greater one here</source>
        <translation>减小发送方的 MTU，或者增大这里的 MTU</translation>
    </message>
    <message>
        <source>a rule that accepts what the lab needs, or {0}</source>
        <translation>添加规则，放行实验所需的报文；或者执行 {0}</translation>
    </message>
    <message>
        <source>a program that listens there</source>
        <translation>在这里运行监听该端口的程序</translation>
    </message>
    <message>
        <source>what the program here waits for</source>
        <translation>查明这里的程序在等待什么</translation>
    </message>
    <message>
        <source>what the walk of the packet shows</source>
        <translation>沿报文走过的路查找原因</translation>
    </message>
    <message>
        <source>{0}, -g or -i</source>
        <translation>{0}（或 -g、-i）</translation>
    </message>
    <message>
        <source>a higher -x, or more servers</source>
        <translation>调高 -x，或者增加真实服务器</translation>
    </message>
    <message>
        <source>{0} with the same real servers</source>
        <translation>{0}，并加入同样的真实服务器</translation>
    </message>
    <message>
        <source>{0}, or the other port at the client</source>
        <translation>{0}，或者让客户端改用已有服务的端口</translation>
    </message>
    <message>
        <source>the address of a service</source>
        <translation>改用某个服务的地址</translation>
    </message>
    <message>
        <source>the right address in ipvsadm -r, or ip addr add {0} on the server</source>
        <translation>改正 ipvsadm -r 中的地址，或者在真实服务器上执行 ip addr add {0}</translation>
    </message>
    <message>
        <source>an interface of {0} on segment {1} that is up, and has {2}</source>
        <translation>让 {0} 在网段 {1} 上有一块启用的网卡，并配有 {2}</translation>
    </message>
    <message>
        <source>the server&apos;s program on port {0}, or another port behind ipvsadm -r</source>
        <translation>让真实服务器的程序监听端口 {0}，或者改 ipvsadm -r 中的端口</translation>
    </message>
    <message>
        <source>the server&apos;s program on port {0}, of every address or of {1}</source>
        <translation>让真实服务器的程序在所有地址上或在 {1} 上监听端口 {0}</translation>
    </message>
    <message>
        <source>state BACKUP and a lower priority in keepalived.conf of one of them</source>
        <translation>在其中一台的 keepalived.conf 中设 state BACKUP 和较低的 priority</translation>
    </message>
    <message>
        <source>the same segment in interface of keepalived.conf</source>
        <translation>让 keepalived.conf 中的 interface 都接在同一网段上</translation>
    </message>
    <message>
        <source>the same vrrp_version</source>
        <translation>设相同的 vrrp_version</translation>
    </message>
    <message>
        <source>the same auth_type and auth_pass</source>
        <translation>设相同的 auth_type 和 auth_pass</translation>
    </message>
    <message>
        <source>iptables -I INPUT -p 112 -j ACCEPT on {0}</source>
        <translation>在 {0} 上执行 iptables -I INPUT -p 112 -j ACCEPT</translation>
    </message>
    <message>
        <source>the same virtual_ipaddress</source>
        <translation>设相同的 virtual_ipaddress</translation>
    </message>
    <message>
        <source>what is between them</source>
        <translation>检查两者之间的连接</translation>
    </message>
    <message>
        <source>no vrrp_strict in global_defs, and keepalived started again</source>
        <translation>去掉 global_defs 中的 vrrp_strict，再重新启动 keepalived</translation>
    </message>
    <message>
        <source>server {0} in nginx.conf</source>
        <translation>把 nginx.conf 中的后端改为 server {0}</translation>
    </message>
    <message>
        <source>a server that runs, or a backup in the group</source>
        <translation>让一台后端服务器运行，或者在组中加一台 backup</translation>
    </message>
    <message>
        <source>a server that runs, or a backup in the group; a shorter proxy_connect_timeout</source>
        <translation>让一台后端服务器运行，或者在组中加一台 backup；并缩短 proxy_connect_timeout</translation>
    </message>
    <message>
        <source>proxy_read_timeout above {0} s</source>
        <translation>把 proxy_read_timeout 设得大于 {0} 秒</translation>
    </message>
    <message>
        <source>another server in proxy_pass of one of them</source>
        <translation>把其中一台的 proxy_pass 改到别的服务器</translation>
    </message>
    <message>
        <source>what its message says; the line has no effect</source>
        <translation>按报错信息改正这一行，它没有起作用：{0}（{1}）</translation>
    </message>
    <message>
        <source>&amp; at its end, or an option that ends it (ping -c, nc -w)</source>
        <translation>在行末加 &amp;，或者加上使它结束的选项（ping -c、nc -w）：{0}</translation>
    </message>
</context>
<context>
    <name>Drop</name>
    <message>
        <source>not dropped</source>
        <translation>未丢弃</translation>
    </message>
    <message>
        <source>frame for another MAC address</source>
        <translation>帧发给另一个 MAC 地址</translation>
    </message>
    <message>
        <source>interface is down</source>
        <translation>接口未启用</translation>
    </message>
    <message>
        <source>receive backlog full (netdev_max_backlog)</source>
        <translation>接收积压队列已满（netdev_max_backlog）</translation>
    </message>
    <message>
        <source>transmit queue full</source>
        <translation>发送队列已满</translation>
    </message>
    <message>
        <source>lost on the wire</source>
        <translation>在网线上丢失</translation>
    </message>
    <message>
        <source>no handler for this EtherType</source>
        <translation>没有处理此 EtherType 的协议</translation>
    </message>
    <message>
        <source>shorter than its headers</source>
        <translation>比报文头还短</translation>
    </message>
    <message>
        <source>bad IP header</source>
        <translation>IP 头错误</translation>
    </message>
    <message>
        <source>bad IP header checksum</source>
        <translation>IP 头校验和错误</translation>
    </message>
    <message>
        <source>shorter than its IP total length</source>
        <translation>短于 IP 总长度</translation>
    </message>
    <message>
        <source>rp_filter: the way back leaves by another interface</source>
        <translation>rp_filter：回程经另一接口发出</translation>
    </message>
    <message>
        <source>martian source: the source is an address of this host</source>
        <translation>火星源地址：源是本机的地址</translation>
    </message>
    <message>
        <source>martian destination</source>
        <translation>火星目的地址</translation>
    </message>
    <message>
        <source>source can never be a host</source>
        <translation>源地址不可能是主机</translation>
    </message>
    <message>
        <source>no route to the destination</source>
        <translation>没有到目的地的路由</translation>
    </message>
    <message>
        <source>no route for a packet of our own</source>
        <translation>本机发出的报文没有路由</translation>
    </message>
    <message>
        <source>unreachable route</source>
        <translation>不可达路由</translation>
    </message>
    <message>
        <source>blackhole route</source>
        <translation>黑洞路由</translation>
    </message>
    <message>
        <source>prohibit route</source>
        <translation>禁止路由</translation>
    </message>
    <message>
        <source>not for this host and ip_forward is 0</source>
        <translation>不是发给本机，而且 ip_forward 为 0</translation>
    </message>
    <message>
        <source>unicast IP in a link-layer broadcast</source>
        <translation>链路层广播里的单播 IP</translation>
    </message>
    <message>
        <source>TTL exceeded</source>
        <translation>TTL 耗尽</translation>
    </message>
    <message>
        <source>larger than the MTU allows</source>
        <translation>超过 MTU 所允许的长度</translation>
    </message>
    <message>
        <source>bad IP options or source routing</source>
        <translation>IP 选项错误或源路由</translation>
    </message>
    <message>
        <source>no handler for this IP protocol</source>
        <translation>没有处理此 IP 协议的程序</translation>
    </message>
    <message>
        <source>dropped by a netfilter hook</source>
        <translation>被 netfilter 钩子丢弃</translation>
    </message>
    <message>
        <source>out of room</source>
        <translation>空间不足</translation>
    </message>
    <message>
        <source>fragments did not arrive in time</source>
        <translation>分片未按时到齐</translation>
    </message>
    <message>
        <source>duplicate or overlapping fragment</source>
        <translation>重复或重叠的分片</translation>
    </message>
    <message>
        <source>fragment queue limit</source>
        <translation>分片队列已达上限</translation>
    </message>
    <message>
        <source>neighbour resolution failed</source>
        <translation>邻居解析失败</translation>
    </message>
    <message>
        <source>neighbour queue full</source>
        <translation>邻居队列已满</translation>
    </message>
    <message>
        <source>neighbour entry is dead</source>
        <translation>邻居表项已失效</translation>
    </message>
    <message>
        <source>bad ICMP checksum</source>
        <translation>ICMP 校验和错误</translation>
    </message>
    <message>
        <source>malformed transport header</source>
        <translation>传输层头格式错误</translation>
    </message>
    <message>
        <source>ICMP message this host does not answer</source>
        <translation>本机不应答的 ICMP 消息</translation>
    </message>
    <message>
        <source>ICMP error not sent: rate limit</source>
        <translation>未发送 ICMP 差错：速率限制</translation>
    </message>
    <message>
        <source>no ICMP error may be sent about this packet</source>
        <translation>不得为此报文发送 ICMP 差错</translation>
    </message>
    <message>
        <source>bad TCP checksum</source>
        <translation>TCP 校验和错误</translation>
    </message>
    <message>
        <source>bad UDP checksum</source>
        <translation>UDP 校验和错误</translation>
    </message>
    <message>
        <source>no socket on this port</source>
        <translation>此端口没有套接字</translation>
    </message>
    <message>
        <source>refused by the socket</source>
        <translation>被套接字拒绝</translation>
    </message>
    <message>
        <source>socket receive buffer full</source>
        <translation>套接字接收缓冲已满</translation>
    </message>
    <message>
        <source>connection reset</source>
        <translation>连接被重置</translation>
    </message>
    <message>
        <source>invalid TCP flags for the state</source>
        <translation>TCP 标志与状态不符</translation>
    </message>
    <message>
        <source>TCP segment outside the window</source>
        <translation>TCP 报文段在窗口之外</translation>
    </message>
    <message>
        <source>tunnel endpoint does not match</source>
        <translation>隧道端点不匹配</translation>
    </message>
    <message>
        <source>no tunnel device takes this packet</source>
        <translation>没有隧道设备接收此报文</translation>
    </message>
    <message>
        <source>tunnel route leads back into the tunnel</source>
        <translation>隧道的路由又回到隧道</translation>
    </message>
    <message>
        <source>interface does not do ARP</source>
        <translation>接口不使用 ARP</translation>
    </message>
    <message>
        <source>malformed ARP packet</source>
        <translation>ARP 报文格式错误</translation>
    </message>
    <message>
        <source>ARP request not answered</source>
        <translation>未应答 ARP 请求</translation>
    </message>
    <message>
        <source>dropped by arptables</source>
        <translation>被 arptables 丢弃</translation>
    </message>
    <message>
        <source>IPVS: no destination available</source>
        <translation>IPVS：没有可用的服务器</translation>
    </message>
    <message>
        <source>IPVS: the connection&apos;s destination was removed</source>
        <translation>IPVS：连接的服务器已被删除</translation>
    </message>
    <message>
        <source>IPVS: drop_packet defence</source>
        <translation>IPVS：drop_packet 防御</translation>
    </message>
    <message>
        <source>IPVS: no connection entry could be made</source>
        <translation>IPVS：无法建立连接表项</translation>
    </message>
    <message>
        <source>IPVS: path too narrow for a tunnel</source>
        <translation>IPVS：路径 MTU 容不下隧道</translation>
    </message>
    <message>
        <source>IPVS: local and remote addresses may not be mixed</source>
        <translation>IPVS：本地与远程地址不可混用</translation>
    </message>
    <message>
        <source>IPVS: malformed packet</source>
        <translation>IPVS：报文格式错误</translation>
    </message>
    <message>
        <source>IPVS: ICMP checksum of an error to translate is wrong</source>
        <translation>IPVS：待转换的 ICMP 差错校验和错误</translation>
    </message>
    <message>
        <source>IPVS: ICMP error that schedules nothing</source>
        <translation>IPVS：不引起调度的 ICMP 差错</translation>
    </message>
    <message>
        <source>IPVS: port reused while conntrack knows the old connection</source>
        <translation>IPVS：端口被重用，而 conntrack 还记得旧连接</translation>
    </message>
    <message>
        <source>IPVS: SIP message without Call-ID</source>
        <translation>IPVS：没有 Call-ID 的 SIP 消息</translation>
    </message>
    <message>
        <source>consumed</source>
        <translation>已处理完</translation>
    </message>
    <message>
        <source>neighbour table full</source>
        <translation>邻居表已满</translation>
    </message>
    <message>
        <source>connection tracking table full (nf_conntrack_max)</source>
        <translation>连接跟踪表已满（nf_conntrack_max）</translation>
    </message>
    <message>
        <source>another connection was confirmed with the same addresses and ports</source>
        <translation>已有相同地址和端口的连接得到确认</translation>
    </message>
    <message>
        <source>NAT: no port is free</source>
        <translation>NAT：没有空闲端口</translation>
    </message>
    <message>
        <source>NAT: malformed packet</source>
        <translation>NAT：报文格式错误</translation>
    </message>
    <message>
        <source>NAT: the interface has no address</source>
        <translation>NAT：接口没有地址</translation>
    </message>
</context>
<context>
    <name>Rule</name>
    <message>
        <source>the client asks for an address that nobody has</source>
        <translation>客户端询问的地址不属于任何主机</translation>
    </message>
    <message>
        <source>DR or TUN, and the real server asks by ARP with the VIP as sender</source>
        <translation>DR 或 TUN：真实服务器以 VIP 为发送方地址发出 ARP 询问</translation>
    </message>
    <message>
        <source>DR or TUN, and the real server answers ARP requests for the VIP</source>
        <translation>DR 或 TUN：真实服务器应答了对 VIP 的 ARP 询问</translation>
    </message>
    <message>
        <source>the client has the VIP itself</source>
        <translation>客户端自己配有 VIP</translation>
    </message>
    <message>
        <source>the client has no route to the VIP</source>
        <translation>客户端没有到 VIP 的路由</translation>
    </message>
    <message>
        <source>DR or TUN, and the real server&apos;s gateway is the director</source>
        <translation>DR 或 TUN：真实服务器的网关是调度器</translation>
    </message>
    <message>
        <source>DR or TUN, and the director is the client</source>
        <translation>DR 或 TUN：调度器自己就是客户端</translation>
    </message>
    <message>
        <source>DR or TUN to another port</source>
        <translation>DR 或 TUN 转到了另一个端口</translation>
    </message>
    <message>
        <source>DR, and a router is between director and real server</source>
        <translation>DR：调度器与真实服务器之间隔着路由器</translation>
    </message>
    <message>
        <source>two hosts answer ARP requests for one address</source>
        <translation>两台主机应答对同一地址的 ARP 询问</translation>
    </message>
    <message>
        <source>a data connection of FTP, and a service that the helper does not read along with</source>
        <translation>FTP 数据连接，而辅助模块并不跟读这个服务</translation>
    </message>
    <message>
        <source>a service of a firewall mark, and no rule that sets the mark for what the client sends</source>
        <translation>按防火墙标记定义的服务，却没有规则给客户端的报文打标记</translation>
    </message>
    <message>
        <source>a gateway that nobody on the segment has</source>
        <translation>网关地址不属于该网段上的任何主机</translation>
    </message>
    <message>
        <source>a rule or policy of iptables drops what is for a service, or its replies</source>
        <translation>iptables 的规则或策略丢弃了服务的报文或应答</translation>
    </message>
    <message>
        <source>a line that others wait for does not end</source>
        <translation>后面的命令在等一条不结束的命令</translation>
    </message>
    <message>
        <source>a startup line fails</source>
        <translation>有一条启动命令失败</translation>
    </message>
    <message>
        <source>NAT with one-packet scheduling: no reply is rewritten</source>
        <translation>NAT 加上单包调度：应答不会被改写</translation>
    </message>
    <message>
        <source>two directors of one service send its packets to each other</source>
        <translation>同一服务的两台调度器互相转发，报文来回打转</translation>
    </message>
    <message>
        <source>DR or TUN, and the VIP&apos;s netmask on lo takes in the client</source>
        <translation>DR 或 TUN：lo 上 VIP 的子网掩码把客户端也包括在内</translation>
    </message>
    <message>
        <source>NAT, and the director does not forward</source>
        <translation>NAT：调度器没有开启转发</translation>
    </message>
    <message>
        <source>NAT, and the client is in the real servers&apos; subnet</source>
        <translation>NAT：客户端与真实服务器在同一子网</translation>
    </message>
    <message>
        <source>NAT, and the real server&apos;s gateway is not the director</source>
        <translation>NAT：真实服务器的网关不是调度器</translation>
    </message>
    <message>
        <source>a service without real servers</source>
        <translation>服务没有真实服务器</translation>
    </message>
    <message>
        <source>the client uses a port of the VIP that is no service</source>
        <translation>客户端访问的 VIP 端口不是服务</translation>
    </message>
    <message>
        <source>the real server has no route to the client</source>
        <translation>真实服务器没有回客户端的路由</translation>
    </message>
    <message>
        <source>every real server of a service has reached its upper threshold</source>
        <translation>服务的所有真实服务器都达到了连接上限</translation>
    </message>
    <message>
        <source>what is for a service, or its replies, ends where no other rule says why</source>
        <translation>服务的报文或应答中途消失，其他规则都解释不了</translation>
    </message>
    <message>
        <source>a proxy asks its server for another name than the client has, and the server knows no such page</source>
        <translation>代理向服务器请求的主机名与客户端的不同，服务器没有这样的页面</translation>
    </message>
    <message>
        <source>two proxies send one request to each other</source>
        <translation>两个代理互相转发同一个请求</translation>
    </message>
    <message>
        <source>a proxy gives up before its server answers</source>
        <translation>服务器还没回答，代理就放弃了</translation>
    </message>
    <message>
        <source>a proxy has no server left that answers</source>
        <translation>代理已没有能应答的服务器</translation>
    </message>
    <message>
        <source>a proxy asks a port where its server does not listen</source>
        <translation>代理访问的端口上服务器没有监听</translation>
    </message>
    <message>
        <source>a router on the way does not forward</source>
        <translation>途中的路由器没有开启转发</translation>
    </message>
    <message>
        <source>a router on the way has no route on</source>
        <translation>途中的路由器没有下一步的路由</translation>
    </message>
    <message>
        <source>the real server drops requests because its way back is another interface</source>
        <translation>回程走另一接口，真实服务器因此丢弃请求</translation>
    </message>
    <message>
        <source>no program of the real server listens on the port</source>
        <translation>真实服务器上没有程序监听该端口</translation>
    </message>
    <message>
        <source>no host has the real server&apos;s address</source>
        <translation>没有主机拥有该真实服务器的地址</translation>
    </message>
    <message>
        <source>the director has no way to the real server</source>
        <translation>调度器到不了真实服务器</translation>
    </message>
    <message>
        <source>TUN, and the client&apos;s packets leave no room for the outer header</source>
        <translation>TUN：客户端的报文没有给外层首部留出空间</translation>
    </message>
    <message>
        <source>TUN, and tunl0 of the real server is down</source>
        <translation>TUN：真实服务器的 tunl0 没有启用</translation>
    </message>
    <message>
        <source>TUN, and rp_filter drops what comes out of the tunnel</source>
        <translation>TUN：rp_filter 丢弃了隧道里出来的报文</translation>
    </message>
    <message>
        <source>DR or TUN, and the real server lacks the VIP</source>
        <translation>DR 或 TUN：真实服务器没有 VIP</translation>
    </message>
    <message>
        <source>the VIP is no address of the director</source>
        <translation>VIP 不是调度器的地址</translation>
    </message>
    <message>
        <source>keepalived: two masters whose lists of addresses differ</source>
        <translation>keepalived：两个主，地址列表不同</translation>
    </message>
    <message>
        <source>keepalived: two masters whose authentication differs</source>
        <translation>keepalived：两个主，认证不同</translation>
    </message>
    <message>
        <source>keepalived: two masters, and a firewall drops protocol 112</source>
        <translation>keepalived：两个主，防火墙丢弃了协议 112</translation>
    </message>
    <message>
        <source>keepalived: two masters, and what one sends by unicast_peer does not go to the other</source>
        <translation>keepalived：两个主，其中一个按 unicast_peer 发出的通告到不了另一个</translation>
    </message>
    <message>
        <source>keepalived: two masters that advertise on different segments</source>
        <translation>keepalived：两个主，在不同网段上通告</translation>
    </message>
    <message>
        <source>keepalived: two masters with different advert_int</source>
        <translation>keepalived：两个主，advert_int 不同</translation>
    </message>
    <message>
        <source>keepalived: two masters with different virtual_router_id</source>
        <translation>keepalived：两个主，virtual_router_id 不同</translation>
    </message>
    <message>
        <source>keepalived: both directors begin as MASTER with the same priority</source>
        <translation>keepalived：两台调度器都以 MASTER 启动且优先级相同</translation>
    </message>
    <message>
        <source>keepalived: unicast_src_ip is no address of the machine</source>
        <translation>keepalived：unicast_src_ip 不是本机的地址</translation>
    </message>
    <message>
        <source>keepalived: two masters that do not hear each other</source>
        <translation>keepalived：两个主互相听不到</translation>
    </message>
    <message>
        <source>keepalived: two masters with different versions of VRRP</source>
        <translation>keepalived：两个主，VRRP 版本不同</translation>
    </message>
    <message>
        <source>keepalived: a master whose script fails stays above the backups</source>
        <translation>keepalived：主的检测脚本失败后，优先级仍高于备</translation>
    </message>
    <message>
        <source>persistence still sends clients to a server of weight 0, which does not answer</source>
        <translation>持久连接仍把客户端送到权重为 0、已不应答的真实服务器</translation>
    </message>
    <message>
        <source>every real server of a service has weight 0</source>
        <translation>服务的所有真实服务器权重都是 0</translation>
    </message>
    <message>
        <source>replies come from another address than the one that was asked</source>
        <translation>应答的源地址不是被询问的地址</translation>
    </message>
    <message>
        <source>keepalived&apos;s own firewall rules drop what is for a virtual address</source>
        <translation>keepalived 自己的防火墙规则丢弃了发往虚拟地址的报文</translation>
    </message>
</context>
<context>
    <name>Seen</name>
    <message>
        <source>{0}</source>
        <translation>{0}</translation>
    </message>
    <message>
        <source>status {0}</source>
        <translation>退出状态 {0}</translation>
    </message>
    <message>
        <source>{0} of the check&apos;s {1} lines ran: the lab&apos;s timeline does not come to its end</source>
        <translation>本项的 {1} 行命令只执行了 {0} 行：实验的时间线没有走到末尾</translation>
    </message>
    <message>
        <source>it got the page: {0}</source>
        <translation>竟取得了页面：{0}</translation>
    </message>
    <message>
        <source>request {0} of {1}: {2}</source>
        <translation>第 {0} 个请求（共 {1} 个）：{2}</translation>
    </message>
    <message>
        <source>of {0} requests {1}</source>
        <translation>{0} 个请求中，{1}</translation>
    </message>
    <message>
        <source>of {0} requests {2}: none of them {1}</source>
        <translation>{0} 个请求中，{2}；{1} 一个也没有应答</translation>
    </message>
    <message>
        <source>{0} answered {1}</source>
        <translation>{0} 应答 {1} 个</translation>
    </message>
    <message>
        <source>nobody answered {0}</source>
        <translation>{0} 个无人应答</translation>
    </message>
    <message>
        <source>no answer came</source>
        <translation>没有收到应答</translation>
    </message>
    <message>
        <source>it was answered</source>
        <translation>竟收到了应答</translation>
    </message>
    <message>
        <source>{0} got a reply of {1} on {2}</source>
        <translation>{0} 在 {2} 上收到了 {1} 的应答</translation>
    </message>
    <message>
        <source>a reply did not pass {0}</source>
        <translation>有一个应答没有经过 {0}</translation>
    </message>
    <message>
        <source>no reply came at all: {0}</source>
        <translation>一个应答也没有收到：{0}</translation>
    </message>
    <message>
        <source>also answered by {0}</source>
        <translation>{0} 也应答了</translation>
    </message>
    <message>
        <source>also answered by {1}; {0} did not</source>
        <translation>{1} 应答了，{0} 却没有应答</translation>
    </message>
    <message>
        <source>nobody answered, not even {0}</source>
        <translation>没有主机应答，连 {0} 也没有</translation>
    </message>
    <message>
        <source>{0} sent an ARP request with {1} as sender</source>
        <translation>{0} 发出了以 {1} 为发送方的 ARP 请求</translation>
    </message>
    <message>
        <source>{0} sent an ARP reply with {1} as sender</source>
        <translation>{0} 发出了以 {1} 为发送方的 ARP 应答</translation>
    </message>
    <message>
        <source>no request came through, so nobody had to ask: {0}</source>
        <translation>没有一个请求送达，因此没有主机需要发 ARP 请求：{0}</translation>
    </message>
    <message>
        <source>it succeeded</source>
        <translation>竟成功了</translation>
    </message>
    <message>
        <source>it printed: {0}</source>
        <translation>输出：{0}</translation>
    </message>
    <message>
        <source>it printed {0}</source>
        <translation>输出中有 {0}</translation>
    </message>
    <message>
        <source>it said: {0}</source>
        <translation>出错信息：{0}</translation>
    </message>
    <message>
        <source>it printed nothing, status {0}</source>
        <translation>没有输出，退出状态 {0}</translation>
    </message>
    <message>
        <source>missing: {0}</source>
        <translation>缺少：{0}</translation>
    </message>
    <message>
        <source>not expected: {0}</source>
        <translation>多出：{0}</translation>
    </message>
    <message>
        <source>missing: {0}; not expected: {1}</source>
        <translation>缺少：{0}；多出：{1}</translation>
    </message>
    <message>
        <source>{0} of {1} requests failed, the first at {2} s, the last at {3} s: {4}</source>
        <translation>{1} 个请求中失败了 {0} 个，第一个在第 {2} 秒，最后一个在第 {3} 秒：{4}</translation>
    </message>
</context>
<context>
    <name>Why</name>
    <message>
        <source>{a0} is an address of this host</source>
        <translation>{a0} 是本机的地址</translation>
    </message>
    <message>
        <source>arp_ignore={0} does not allow an answer for {a1}</source>
        <translation>arp_ignore={0} 不允许为 {a1} 应答</translation>
    </message>
    <message>
        <source>arp_filter: the way to {a0} leaves by another interface</source>
        <translation>arp_filter：去往 {a0} 的报文经另一接口发出</translation>
    </message>
    <message>
        <source>{a0} is no address of this host</source>
        <translation>{a0} 不是本机的地址</translation>
    </message>
    <message>
        <source>sender {a0} fails source validation</source>
        <translation>发送者 {a0} 未通过源地址验证</translation>
    </message>
    <message>
        <source>proxy_arp: {a0} is reached by another interface</source>
        <translation>proxy_arp：{a0} 经另一接口可达</translation>
    </message>
    <message>
        <source>arp_announce={0} chose sender {a1}</source>
        <translation>arp_announce={0} 选择发送者 {a1}</translation>
    </message>
    <message>
        <source>{a0} is local</source>
        <translation>{a0} 是本机地址</translation>
    </message>
    <message>
        <source>via {a0}</source>
        <translation>经由 {a0}</translation>
    </message>
    <message>
        <source>{a0} is on the link</source>
        <translation>{a0} 在直连链路上</translation>
    </message>
    <message>
        <source>rp_filter={0}: the way to {a1} leaves by another interface</source>
        <translation>rp_filter={0}：去往 {a1} 的报文经另一接口发出</translation>
    </message>
    <message>
        <source>existing connection to {a0}:{1}</source>
        <translation>已有连接，目的 {a0}:{1}</translation>
    </message>
    <message>
        <source>scheduled to {a0}:{1}</source>
        <translation>新连接：调度到 {a0}:{1}</translation>
    </message>
    <message>
        <source>no virtual service {a0}:{1}</source>
        <translation>没有虚拟服务 {a0}:{1}</translation>
    </message>
    <message>
        <source>NAT: destination {a0}:{1} becomes {a2}:{3}</source>
        <translation>NAT：目的 {a0}:{1} 改为 {a2}:{3}</translation>
    </message>
    <message>
        <source>NAT: source {a0}:{1} becomes {a2}:{3}</source>
        <translation>NAT：源 {a0}:{1} 改为 {a2}:{3}</translation>
    </message>
    <message>
        <source>DR: next hop is {a0}, IP header unchanged</source>
        <translation>DR：下一跳是 {a0}，IP 头不变</translation>
    </message>
    <message>
        <source>TUN: outer header {a0} to {a1}</source>
        <translation>TUN：外层头 {a0} 到 {a1}</translation>
    </message>
    <message>
        <source>destination {a0} is this host</source>
        <translation>目的服务器 {a0} 就是本机</translation>
    </message>
    <message>
        <source>no connection, and the segment is no SYN</source>
        <translation>没有连接，而且报文段不是 SYN</translation>
    </message>
    <message>
        <source>{a0} is no address that ARP asks for</source>
        <translation>{a0} 不是 ARP 会询问的地址</translation>
    </message>
    <message>
        <source>gratuitous ARP of {a0}: drop_gratuitous_arp is set</source>
        <translation>{a0} 的免费 ARP：设置了 drop_gratuitous_arp</translation>
    </message>
    <message>
        <source>no entry for {a0}, and none is made</source>
        <translation>没有 {a0} 的表项，也不新建</translation>
    </message>
    <message>
        <source>entry for {a0} made or confirmed</source>
        <translation>{a0} 的表项已建立或确认</translation>
    </message>
    <message>
        <source>proxy_arp: {a0} is answered after {1} ms</source>
        <translation>proxy_arp：{1} 毫秒后为 {a0} 应答</translation>
    </message>
    <message>
        <source>connection tracking: NEW</source>
        <translation>连接跟踪：NEW</translation>
    </message>
    <message>
        <source>connection tracking: ESTABLISHED</source>
        <translation>连接跟踪：ESTABLISHED</translation>
    </message>
    <message>
        <source>connection tracking: RELATED</source>
        <translation>连接跟踪：RELATED</translation>
    </message>
    <message>
        <source>connection tracking: INVALID</source>
        <translation>连接跟踪：INVALID</translation>
    </message>
    <message>
        <source>connection tracking: UNTRACKED</source>
        <translation>连接跟踪：UNTRACKED</translation>
    </message>
    <message>
        <source>{p0} is local (table {t1}, rule {2})</source>
        <translation>{p0} 是本机地址（表 {t1}，规则 {2}）</translation>
    </message>
    <message>
        <source>{p0} via {a1} (table {t2}, rule {3})</source>
        <translation>{p0} 经由 {a1}（表 {t2}，规则 {3}）</translation>
    </message>
    <message>
        <source>{p0} is on the link (table {t1}, rule {2})</source>
        <translation>{p0} 在直连链路上（表 {t1}，规则 {2}）</translation>
    </message>
    <message>
        <source>{p0} is a broadcast address (table {t1}, rule {2})</source>
        <translation>{p0} 是广播地址（表 {t1}，规则 {2}）</translation>
    </message>
    <message>
        <source>{a0} is a multicast group</source>
        <translation>{a0} 是组播组</translation>
    </message>
    <message>
        <source>{p0} is unreachable (table {t1}, rule {2})</source>
        <translation>{p0} 不可达（表 {t1}，规则 {2}）</translation>
    </message>
    <message>
        <source>{p0} is prohibited (table {t1}, rule {2})</source>
        <translation>{p0} 被禁止（表 {t1}，规则 {2}）</translation>
    </message>
    <message>
        <source>{p0} is a blackhole (table {t1}, rule {2})</source>
        <translation>{p0} 是黑洞（表 {t1}，规则 {2}）</translation>
    </message>
    <message>
        <source>no route to {a0}</source>
        <translation>没有到 {a0} 的路由</translation>
    </message>
    <message>
        <source>looped back: goes on with the route it was sent with</source>
        <translation>环回：沿用发送时的路由</translation>
    </message>
    <message>
        <source>{a0} is at {m1}</source>
        <translation>{a0} 位于 {m1}</translation>
    </message>
    <message>
        <source>{a0} has no MAC address yet: waits for ARP</source>
        <translation>还不知道 {a0} 的 MAC 地址：等待 ARP</translation>
    </message>
    <message>
        <source>{a0} does not answer ARP</source>
        <translation>{a0} 不应答 ARP</translation>
    </message>
    <message>
        <source>outer header {a0} to {a1}, TTL {2}</source>
        <translation>外层头 {a0} 到 {a1}，TTL {2}</translation>
    </message>
    <message>
        <source>outer header {a0} to {a1} taken off</source>
        <translation>去掉外层头 {a0} 到 {a1}</translation>
    </message>
    <message>
        <source>fragment of {0} bytes at {1}: waits for the rest</source>
        <translation>{1} 处 {0} 字节的分片：等待其余分片</translation>
    </message>
    <message>
        <source>put together: {0} bytes</source>
        <translation>重组完成：{0} 字节</translation>
    </message>
    <message>
        <source>{0} bytes are cut to MTU {1}</source>
        <translation>{0} 字节按 MTU {1} 分片</translation>
    </message>
    <message>
        <source>ICMP {0}/{1} about the packet to {a2}</source>
        <translation>关于发往 {a2} 的报文的 ICMP {0}/{1}</translation>
    </message>
    <message>
        <source>RST: nobody listens on port {0}</source>
        <translation>RST：端口 {0} 无人监听</translation>
    </message>
    <message>
        <source>no destination available for {a0}:{1}</source>
        <translation>{a0}:{1} 没有可用的服务器</translation>
    </message>
    <message>
        <source>cache_bypass: goes to {a0} as addressed</source>
        <translation>cache_bypass：按原目的地址发往 {a0}</translation>
    </message>
    <message>
        <source>ICMP error about the connection to {a0}:{1}</source>
        <translation>关于到 {a0}:{1} 的连接的 ICMP 差错</translation>
    </message>
    <message>
        <source>ICMP error of {a0}:{1}: shown as of {a2}:{3}</source>
        <translation>{a0}:{1} 的 ICMP 差错：改为来自 {a2}:{3}</translation>
    </message>
    <message>
        <source>reason %1</source>
        <translation>原因 %1</translation>
    </message>
    <message>
        <source>{a0}:{1} goes to {a2}:{3}</source>
        <translation>{a0}:{1} 分配给 {a2}:{3}</translation>
    </message>
    <message>
        <source>{n0}: no destination available for {a2}:{3}</source>
        <translation>{n0}：没有可供 {a2}:{3} 使用的真实服务器</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>{a0}:{1}</source>
        <translation>{a0}:{1}</translation>
    </message>
    <message>
        <source> (weight {0}, {1} active, {2} inactive)</source>
        <translation>（权重 {0}，活动 {1}，非活动 {2}）</translation>
    </message>
    <message>
        <source>rr: next in turn</source>
        <translation>rr：按顺序轮到它</translation>
    </message>
    <message>
        <source>wrr: next in turn with a weight of {0} or more</source>
        <translation>wrr：按顺序轮到它，权重不低于 {0}</translation>
    </message>
    <message>
        <source>lc: least 256 active + inactive</source>
        <translation>lc：256 × 活动 + 非活动 最小</translation>
    </message>
    <message>
        <source>wlc: least (256 active + inactive) / weight</source>
        <translation>wlc：(256 × 活动 + 非活动) / 权重 最小</translation>
    </message>
    <message>
        <source>sed: least (active + 1) / weight</source>
        <translation>sed：(活动 + 1) / 权重 最小</translation>
    </message>
    <message>
        <source>nq: idle</source>
        <translation>nq：空闲</translation>
    </message>
    <message>
        <source>nq: nobody is idle; least (active + 1) / weight</source>
        <translation>nq：没有空闲的；(活动 + 1) / 权重 最小</translation>
    </message>
    <message>
        <source>fo: highest weight</source>
        <translation>fo：权重最高</translation>
    </message>
    <message>
        <source>ovf: highest weight that is not yet full</source>
        <translation>ovf：未满者中权重最高</translation>
    </message>
    <message>
        <source>dh: bucket {0} of {a1}</source>
        <translation>dh：{a1} 的桶 {0}</translation>
    </message>
    <message>
        <source>sh: bucket {0} of {a1}</source>
        <translation>sh：{a1} 的桶 {0}</translation>
    </message>
    <message>
        <source>, fallback to bucket {0}</source>
        <translation>，退而用桶 {0}</translation>
    </message>
    <message>
        <source>mh: slot {0} of {a1}</source>
        <translation>mh：{a1} 的槽 {0}</translation>
    </message>
    <message>
        <source>, fallback to slot {0}</source>
        <translation>，退而用槽 {0}</translation>
    </message>
    <message>
        <source>lblc: least (256 active + inactive) / weight</source>
        <translation>lblc：(256 × 活动 + 非活动) / 权重 最小</translation>
    </message>
    <message>
        <source>lblc: served {a0} before</source>
        <translation>lblc：曾服务于 {a0}</translation>
    </message>
    <message>
        <source>lblcr: least (256 active + inactive) / weight</source>
        <translation>lblcr：(256 × 活动 + 非活动) / 权重 最小</translation>
    </message>
    <message>
        <source>lblcr: served {a0} before</source>
        <translation>lblcr：曾服务于 {a0}</translation>
    </message>
    <message>
        <source>twos: better of </source>
        <translation>twos：择优于 </translation>
    </message>
    <message>
        <source> and </source>
        <translation> 与 </translation>
    </message>
    <message>
        <source>{a0}:{1}: </source>
        <translation>{a0}:{1}：</translation>
    </message>
    <message>
        <source>not chosen</source>
        <translation>未被选中</translation>
    </message>
    <message>
        <source>weight 0</source>
        <translation>权重为 0</translation>
    </message>
    <message>
        <source>overloaded</source>
        <translation>已过载</translation>
    </message>
    <message>
        <source>not its turn</source>
        <translation>还没轮到它</translation>
    </message>
    <message>
        <source>overhead {0}/{1} &gt; {2}/{3}</source>
        <translation>开销 {0}/{1} &gt; {2}/{3}</translation>
    </message>
    <message>
        <source>overhead {0}/{1} = {2}/{3}, further back in the list</source>
        <translation>开销 {0}/{1} = {2}/{3}，在列表中靠后</translation>
    </message>
    <message>
        <source>delay {0}/{1} &gt; {2}/{3}</source>
        <translation>延迟 {0}/{1} &gt; {2}/{3}</translation>
    </message>
    <message>
        <source>delay {0}/{1} = {2}/{3}, further back in the list</source>
        <translation>延迟 {0}/{1} = {2}/{3}，在列表中靠后</translation>
    </message>
    <message>
        <source>not idle: {0} active</source>
        <translation>不空闲：活动 {0}</translation>
    </message>
    <message>
        <source>idle too, further back in the list</source>
        <translation>同样空闲，但在列表中靠后</translation>
    </message>
    <message>
        <source>weight {0} &lt; {1}</source>
        <translation>权重 {0} &lt; {1}</translation>
    </message>
    <message>
        <source>the same weight, further back in the list</source>
        <translation>权重相同，但在列表中靠后</translation>
    </message>
    <message>
        <source>full: {0} active &gt; weight {1}</source>
        <translation>已满：活动 {0} &gt; 权重 {1}</translation>
    </message>
    <message>
        <source>the hash names {a0}</source>
        <translation>哈希指向 {a0}</translation>
    </message>
    <message>
        <source>the table names another</source>
        <translation>表中记的是另一台</translation>
    </message>
    <message>
        <source>not drawn</source>
        <translation>未被抽中</translation>
    </message>
    <message>
        <source>{n0} {a2}:{3}</source>
        <translation>{n0} {a2}:{3}</translation>
    </message>
    <message>
        <source> -&gt; {a0}:{1} to {a2}:{3}</source>
        <translation> -&gt; {a0}:{1} 转至 {a2}:{3}</translation>
    </message>
    <message>
        <source> ({n0}) new</source>
        <translation>（{n0}）新建</translation>
    </message>
    <message>
        <source> ({n0}) template</source>
        <translation>（{n0}）模板</translation>
    </message>
    <message>
        <source> {n0} -&gt; {n2}</source>
        <translation> {n0} -&gt; {n2}</translation>
    </message>
    <message>
        <source> expired in {n0}</source>
        <translation> 在 {n0} 状态下过期</translation>
    </message>
    <message>
        <source>; {a0}:{1} now ActiveConn {2} InActConn {3}</source>
        <translation>；{a0}:{1} 现为 ActiveConn {2} InActConn {3}</translation>
    </message>
    <message>
        <source>{a0} dev {n1}</source>
        <translation>{a0} dev {n1}</translation>
    </message>
    <message>
        <source> lladdr {m0}</source>
        <translation> lladdr {m0}</translation>
    </message>
    <message>
        <source> {n0}: </source>
        <translation> {n0}：</translation>
    </message>
    <message>
        <source>learned</source>
        <translation>已学到</translation>
    </message>
    <message>
        <source>moves to {m0}</source>
        <translation>改为 {m0}</translation>
    </message>
    <message>
        <source>keeps its MAC: {m0} comes within the lock time</source>
        <translation>保留原 MAC：{m0} 在锁定时间内到来</translation>
    </message>
    <message>
        <source>does not answer</source>
        <translation>没有应答</translation>
    </message>
    <message>
        <source>error {0}/{1} to {a2} not sent: {r3}</source>
        <translation>发往 {a2} 的差错 {0}/{1} 未发送：{r3}</translation>
    </message>
    <message>
        <source>{n0}{n2}</source>
        <translation>{n0}{n2}</translation>
    </message>
    <message>
        <source> vrid {0} {n1} priority {3}</source>
        <translation> vrid {0} {n1} 优先级 {3}</translation>
    </message>
    <message>
        <source> on {n0}</source>
        <translation>，接口 {n0}</translation>
    </message>
</context>
</TS>
