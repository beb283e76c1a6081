/// What `tcpcore help` prints.
package enum Usage {
  package static let text = """
    tcpcore: two TCPs in one process.

    tcpcore                    a whole conversation as a ladder: handshake, text both ways, close
    tcpcore loopback [OPTION]  moves octets through two hosts over a bad link and compares every one
    tcpcore read FILE [--time relative|absolute|delta] [--absolute] [--json] [-c N] [--conversation N] [FILTER]
                               prints a capture (pcap or pcapng) as lines; '-' is a pipe
    tcpcore read FILE --ladder [--absolute] [-c N] [--conversation N] [FILTER]
    tcpcore read FILE --summary [--sort number|segments|octets|retransmissions|duration] [--json] [-c N]
                      [--conversation N] [FILTER]
    tcpcore read FILE --follow N [--json]
                               the data of conversation N, both sides, in order
    tcpcore read FILE --plot FILE.svg [--conversation N]
                               draws one of its conversations, the one with most data if N is not given
                               FILTER: [src|dst] host A, net A/P, port N, portrange N-N; tcp, ip, ip6; flags as
                               syn, ack, fin, rst, psh, urg, ece, cwr; with and, or, not and parentheses
    tcpcore script FILE... [--profile default|linux] [--ignore NAME,...] [--all] [--json]
                               plays packetdrill scripts, or folders of them, against a host in virtual time
    tcpcore explore [SCENARIO... | --sweep] [--faults N | --thorough] [--states N] [--seconds N] [--json]
                    [--dot FILE]
                               takes every step that two hosts and a network with so many faults can take, and
                               checks every state; a broken rule is shown as a ladder, and kept with --keep FOLDER
    tcpcore explore --replay FILE  plays such a path again
    tcpcore sizes [--json]     octets of memory for connections and entries
    tcpcore conformance [--rfc N] [--json | --counts]
                               what was decided about each requirement of the RFCs, the line of the core
                               that keeps it, and the test; or how many of each RFC were decided how
    tcpcore tun DEVICE --address A[/P] [OPTION] serve http|echo|discard|chargen [--port N]
    tcpcore tun DEVICE --address A[/P] [OPTION] listen PORT | connect HOST:PORT | get URL
                               a host on a TUN device (Linux): servers, netcat both ways, an HTTP client
    tcpcore relay DEVICE DEVICE [OPTION]
                               carries datagrams between two TUN devices over a bad link
    tcpcore version            which version this is; --version does the same

    Options of loopback:
      --file PATH         send this file                    --loss P       each datagram is lost
      --bytes SIZE        or so many octets (1 MiB)         --duplicate P  comes twice
      --both              both ways at once                 --reorder P    is overtaken by later ones
      --ipv6              over IPv6                         --corrupt P    has one bit flipped
      --mtu N             largest datagram (1500)           --delay T      travels so long (0ms)
      --buffer SIZE       each ring (64 KiB)                --jitter T     up to so much longer (0ms)
      --seed N            all that is random follows (1)    --rate R       leaves so fast (no limit)
      --trace | --ladder  print each datagram               --capture FILE write a pcapng of what arrives
      --json              print one JSON object             --queue SIZE   what waits for --rate (1 MiB)
      --control NAME      cubic, newreno or bbr (cubic)     --spike T,T    from T on, hold all of it for T
      --no-pacing         what the congestion window allows leaves at once
      --ecn               offer ECN (RFC 3168)              --mark P       of ECN, is marked on its way
      --reorder-by T      what is overtaken is held back for so long (2ms)
      --blackhole N       longer datagrams vanish, and no ICMP error says so
      --rightward         --loss, --duplicate, --reorder, --corrupt, --jitter, --mark, --blackhole only from left
                          to right
      --ideal             print what a sender would take that knows each loss after a round trip, no transfer
      --segment N         segments carry at most so much (what the MTU allows)
      --user-timeout N    give up after N seconds of silence, and tell the peer (RFC 5482)
      --flows N           so many connections share the link, each sends all the time; prints what each got,
                          and Jain's fairness index; --control NAME,NAME... goes round among them
      --seconds N         how long they send (10)
      --ack-every N       the right side acknowledges every N full segments only, or 40 ms later
      --plot FILE.svg     draw what the left side sends, its windows and its round trips over time
    Options of tun:
      --address A[/P]     of this TCP; up to eight      --capture FILE  write a pcapng
      --fd N              an open descriptor, no DEVICE --state         print connections at the end;
      --offload           leave checksums to the kernel                 SIGUSR1 prints them at any time
      --mtu N             (the device's)                --urgent        send standard input marked urgent
      --connections N     at most (64)                  --pause T       do not read for so long
      --buffer SIZE       each ring (64 KiB)            --abort-after SIZE  reset after so many octets
      --seconds N         stop after so long            --keep-alive T  probe idle connections
      --msl T             TIME-WAIT lasts 2 T (30s)     --ecn           offer ECN (RFC 3168)
      --control NAME      cubic, newreno or bbr (cubic)
      --any               serve whatever address is called, and every port without --port
      --allow A/P         answer SYNs from there only (may be given several times), refuse all others
    Options of relay: --loss to --rate, --queue, --mark, --reorder-by, --blackhole as above, --seed, --capture,
                          --seconds N
    P is a probability from 0 to 1. T is like 5ms, 250us, 1s. SIZE is like 1500, 64KiB, 50MB. R is like 10Mbit.

    Options of script: --profile linux is what scripts for a Linux kernel expect, --all prints what passed, too,
                          --ignore takes psh, window, options, option-order, segmentation

    Ends with 0 when all octets arrived intact and both ends closed, or the command was stopped by SIGINT or SIGTERM,
    1 when not, 2 for a wrong command line. script: 0 when all passed, 1 when one failed, 3 when none failed and
    something was not supported.
    """
}
