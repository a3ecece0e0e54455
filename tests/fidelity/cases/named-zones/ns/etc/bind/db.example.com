$TTL    604800
@       IN      SOA     ns1.example.com. admin.example.com. (
                              3         ; Serial
                         604800         ; Refresh
                          86400         ; Retry
                        2419200         ; Expire
                         604800 )       ; Negative Cache TTL
;
        IN      NS      ns1.example.com.
@       IN      MX 10   mail
ns1     IN      A       10.0.0.53
mail    IN      A       10.0.0.54
www     60 IN      A       10.0.0.11
www     60 IN      A       10.0.0.12
www     60 IN      A       10.0.0.13
web     IN      CNAME   www
txt     IN      TXT     "hello world"
*.w     IN      A       10.0.0.99
big IN TXT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 0"
big IN TXT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 1"
big IN TXT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 2"
big IN TXT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 3"
big IN TXT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 4"
big IN TXT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 5"
big IN TXT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 6"
big IN TXT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 7"
big IN TXT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 8"
big IN TXT "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 9"
many IN A 10.1.0.0
many IN A 10.1.0.1
many IN A 10.1.0.2
many IN A 10.1.0.3
many IN A 10.1.0.4
many IN A 10.1.0.5
many IN A 10.1.0.6
many IN A 10.1.0.7
many IN A 10.1.0.8
many IN A 10.1.0.9
many IN A 10.1.0.10
many IN A 10.1.0.11
many IN A 10.1.0.12
many IN A 10.1.0.13
many IN A 10.1.0.14
many IN A 10.1.0.15
many IN A 10.1.0.16
many IN A 10.1.0.17
many IN A 10.1.0.18
many IN A 10.1.0.19
many IN A 10.1.0.20
many IN A 10.1.0.21
many IN A 10.1.0.22
many IN A 10.1.0.23
many IN A 10.1.0.24
many IN A 10.1.0.25
many IN A 10.1.0.26
many IN A 10.1.0.27
many IN A 10.1.0.28
many IN A 10.1.0.29
many IN A 10.1.0.30
many IN A 10.1.0.31
many IN A 10.1.0.32
many IN A 10.1.0.33
many IN A 10.1.0.34
many IN A 10.1.0.35
many IN A 10.1.0.36
many IN A 10.1.0.37
many IN A 10.1.0.38
many IN A 10.1.0.39
many IN A 10.1.0.40
many IN A 10.1.0.41
many IN A 10.1.0.42
many IN A 10.1.0.43
many IN A 10.1.0.44
many IN A 10.1.0.45
many IN A 10.1.0.46
many IN A 10.1.0.47
many IN A 10.1.0.48
many IN A 10.1.0.49
many IN A 10.1.0.50
many IN A 10.1.0.51
many IN A 10.1.0.52
many IN A 10.1.0.53
many IN A 10.1.0.54
many IN A 10.1.0.55
many IN A 10.1.0.56
many IN A 10.1.0.57
many IN A 10.1.0.58
many IN A 10.1.0.59
many IN A 10.1.0.60
many IN A 10.1.0.61
many IN A 10.1.0.62
many IN A 10.1.0.63
many IN A 10.1.0.64
many IN A 10.1.0.65
many IN A 10.1.0.66
many IN A 10.1.0.67
many IN A 10.1.0.68
many IN A 10.1.0.69
many IN A 10.1.0.70
many IN A 10.1.0.71
many IN A 10.1.0.72
many IN A 10.1.0.73
many IN A 10.1.0.74
many IN A 10.1.0.75
many IN A 10.1.0.76
many IN A 10.1.0.77
many IN A 10.1.0.78
many IN A 10.1.0.79
many IN A 10.1.0.80
many IN A 10.1.0.81
many IN A 10.1.0.82
many IN A 10.1.0.83
many IN A 10.1.0.84
many IN A 10.1.0.85
many IN A 10.1.0.86
many IN A 10.1.0.87
many IN A 10.1.0.88
many IN A 10.1.0.89
many IN A 10.1.0.90
many IN A 10.1.0.91
many IN A 10.1.0.92
many IN A 10.1.0.93
many IN A 10.1.0.94
many IN A 10.1.0.95
many IN A 10.1.0.96
many IN A 10.1.0.97
many IN A 10.1.0.98
many IN A 10.1.0.99
$ORIGIN sub.example.com.
@       IN      NS      ns.sub
ns      IN      A       10.0.0.60
a.b.c   IN      A       10.0.0.61
