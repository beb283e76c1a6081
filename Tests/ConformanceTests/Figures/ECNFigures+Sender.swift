import TCPCore
import Testing

// What ECE does to the sender (RFC 3168 section 6.1.2).
extension ECNFigures {
  @Test("ECE halves the window once for each window, nothing leaves again, and CWR goes with new text")
  func once() {
    // RFC3168-2, RFC3168-10, RFC3168-12
    offering(
      """
      set pacing off
      write 13000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK,ECE>
      status cwnd 5000
      status ssthresh 5000
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK,ECE>
      status cwnd 5000
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=6101><CTL=ACK,ECE>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK,ECE>
      ESTABLISHED --> <SEQ=11101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED --> <SEQ=12101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      status cwnd 5000
      count ecnEchoes 4
      count ecnReductions 1
      +20ms ESTABLISHED <-- <SEQ=301><ACK=11101><CTL=ACK,ECE>
      count ecnReductions 2
      status ssthresh 2000
      status cwnd 1500
      count retransmitted 0
      ...
      """, after: open, .all)
  }

  @Test("ECE that ends a recovery takes the window down from what that chose") func afterRecovery() {
    // RFC3168-10, RFC5681-22
    offering(
      """
      set pacing off
      write 14000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=11101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=NONE>
      repeat 6
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      end
      ESTABLISHED --> <SEQ=12101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      ESTABLISHED --> <SEQ=13101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      status cwnd 14000
      status ssthresh 5000
      ESTABLISHED <-- <SEQ=301><ACK=14101><CTL=ACK,ECE>
      status ssthresh 2500
      status cwnd 2000
      ...
      """, after: open)
  }

  @Test("CUBIC takes the window down to 0.7 of it") func cubic() {
    // RFC3168-2, RFC9406-5
    offering(
      """
      write 10000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK,ECE>
      status cwnd 7000
      status ssthresh 7000
      ...
      """, after: open, control: .cubic)
  }

  @Test("A loss in a window that has come down already takes it down no further") func lossAfterEcho() {
    // RFC3168-10, RFC3168-12, RFC3168-14
    offering(
      """
      write 12000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK,ECE>
      status ssthresh 5000
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK,ECE>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK,ECE>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK,ECE>
      status ssthresh 5000
      ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000><ECN=NONE>
      count ecnReductions 1
      +20ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK,ECE>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      ...
      """, after: open)
  }

  @Test("ECE in a recovery takes nothing down; CWR goes for the loss") func echoAfterLoss() {
    // RFC3168-10, RFC3168-12
    offering(
      """
      write 12000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=11101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=NONE>
      status ssthresh 5000
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK,ECE>
      status ssthresh 5000
      count ecnReductions 0
      +20ms ESTABLISHED <-- <SEQ=301><ACK=12101><CTL=ACK,ECE>
      status ssthresh 5000
      count ecnReductions 0
      write 1000
      ESTABLISHED --> <SEQ=12101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      """, after: open)
  }

  @Test("A time-out takes CWR along, and its retransmission is not ECT") func timeout() {
    // RFC3168-12, RFC3168-14
    offering(
      """
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=NONE>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      write 1000
      ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      """, after: open)
  }

  @Test("A window of one segment cannot come down: new text waits for the time-out") func single() {
    // RFC3168-11, RFC9438-10. The acknowledgment with ECE gives a round trip, which ends the back-off.
    offering(
      """
      write 3000
      ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      status cwnd 1000
      +20ms ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK,ECE>
      status cwnd 1000
      write 3000
      ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK,CWR><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK,ECE>
      status cwnd 1000
      count ecnReductions 1
      quiet
      +1s ESTABLISHED --> <SEQ=4101><ACK=301><CTL=ACK,CWR><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=5101><CTL=ACK>
      ESTABLISHED --> <SEQ=5101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      """, after: open)
  }

  @Test("ECE with nothing in flight, and ECE where nothing is ECT, take nothing down") func needless() {
    // RFC3168-10
    offering(
      """
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK,ECE>
      count ecnReductions 0
      count ecnEchoes 1
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      """, after: open)
  }

  @Test("Probes of the window carry neither ECT nor CWR") func windowProbe() {
    // RFC3168-16
    offering(
      """
      write 4000
      ESTABLISHED --> x4 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK,ECE><WND=0>
      count ecnReductions 1
      write 1000
      +1s ESTABLISHED --> <SEQ=4100><ACK=301><CTL=ACK><ECN=NONE>
      ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK><WND=65535>
      ESTABLISHED --> <SEQ=4101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      """, after: open)
  }

  @Test("A reduction that ECE confirms is not undone") func notUndone() {
    // RFC3168-2
    offering(
      """
      write 4000
      ESTABLISHED --> x4 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK,ECE>
      count reductionsUndone 0
      ...
      """, after: open)
  }

  @Test("A keep-alive probe is not ECT") func keepAlive() {
    // RFC3168-3
    offering(
      """
      set keepalive on
      +2h ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK><ECN=NONE>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      """, after: open)
  }
}
