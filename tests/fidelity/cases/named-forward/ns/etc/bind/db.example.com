$TTL 1h
$ORIGIN example.com.
@   IN SOA ns1 hostmaster ( 2024010101 1h 15m 1w 30 )
    IN NS  ns1
    IN MX  10 mail
ns1 IN A   10.0.0.53
mail IN A  10.0.0.7
www 5 IN A 10.0.0.11
    5 IN A 10.0.0.12
web IN CNAME www
big IN TXT "a text that is rather long, so that several of them do not fit into one datagram with its twelve hundred bytes: 1 .........................................................................................."
big IN TXT "a text that is rather long, so that several of them do not fit into one datagram with its twelve hundred bytes: 2 .........................................................................................."
big IN TXT "a text that is rather long, so that several of them do not fit into one datagram with its twelve hundred bytes: 3 .........................................................................................."
big IN TXT "a text that is rather long, so that several of them do not fit into one datagram with its twelve hundred bytes: 4 .........................................................................................."
big IN TXT "a text that is rather long, so that several of them do not fit into one datagram with its twelve hundred bytes: 5 .........................................................................................."
big IN TXT "a text that is rather long, so that several of them do not fit into one datagram with its twelve hundred bytes: 6 .........................................................................................."
