import Testing

/// RFC 2883: what we tell the peer of text that came twice. The examples have the RFC's numbers.
@Suite("Check7: duplicates reported by SACK, the receiving side (RFC 2883)") struct DuplicateFigures {
  /// The peer's text starts at 3000, and 1000 octets of it have come.
  private let begun = """
    open
    SYN-SENT    --> <SEQ=100><CTL=SYN><SACKOK>
    ESTABLISHED <-- <SEQ=2999><ACK=101><CTL=SYN,ACK><SACKOK>
    ESTABLISHED --> <SEQ=101><ACK=3000><CTL=ACK>
    ESTABLISHED <-- <SEQ=3000><ACK=101><CTL=ACK><LEN=500>
    ESTABLISHED <-- <SEQ=3500><ACK=101><CTL=ACK><LEN=500>
    ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><NOSACK>
    """

  /// The peer's text starts at 500, and its first 500 octets have come.
  private let delayed = """
    open
    SYN-SENT    --> <SEQ=100><CTL=SYN><SACKOK>
    ESTABLISHED <-- <SEQ=499><ACK=101><CTL=SYN,ACK><SACKOK>
    ESTABLISHED --> <SEQ=101><ACK=500><CTL=ACK>
    ESTABLISHED <-- <SEQ=500><ACK=101><CTL=ACK><LEN=500>
    +40ms ESTABLISHED --> <SEQ=101><ACK=1000><CTL=ACK><NOSACK>
    """

  @Test("Section 4.1.1: a duplicate segment is reported, once") func duplicate() {
    // RFC2883-1
    play(
      """
      ESTABLISHED <-- <SEQ=3000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><SACK=3000:3500>
      quiet
      ESTABLISHED <-- <SEQ=4000><ACK=101><CTL=ACK><LEN=500>
      +40ms ESTABLISHED --> <SEQ=101><ACK=4500><CTL=ACK><NOSACK>
      ESTABLISHED <-- <SEQ=3000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=4500><CTL=ACK><SACK=3000:3500>
      """, after: begun)
  }

  @Test("Section 4.1.2: a duplicate segment comes before what waits beyond a gap") func duplicateAndGap() {
    // RFC2883-1
    play(
      """
      ESTABLISHED <-- <SEQ=4500><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><SACK=4500:5000>
      ESTABLISHED <-- <SEQ=3000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><SACK=3000:3500,4500:5000>
      ESTABLISHED <-- <SEQ=5000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><SACK=4500:5500>
      """, after: begun)
  }

  @Test("Section 4.1.3: a duplicate beyond a gap, and then the block that holds it") func duplicateBeyondGap()
  {
    // RFC2883-1
    play(
      """
      ESTABLISHED <-- <SEQ=4500><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><SACK=4500:5000>
      ESTABLISHED <-- <SEQ=5000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><SACK=4500:5500>
      ESTABLISHED <-- <SEQ=5000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><SACK=5000:5500,4500:5500>
      ESTABLISHED <-- <SEQ=4500><ACK=101><CTL=ACK><LEN=1000>
      ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><SACK=4500:5500,4500:5500>
      quiet
      """, after: begun)
  }

  @Test("Section 4.2.1: of a segment that is partly old, the old part") func partlyOld() {
    // RFC2883-1
    play(
      """
      ESTABLISHED <-- <SEQ=2000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=1000><CTL=ACK><SACK=2000:2500>
      ESTABLISHED <-- <SEQ=1000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=1500><CTL=ACK><SACK=2000:2500>
      ESTABLISHED <-- <SEQ=1000><ACK=101><CTL=ACK><LEN=1000>
      ESTABLISHED --> <SEQ=101><ACK=2500><CTL=ACK><SACK=1000:1500>
      quiet
      """, after: delayed)
  }

  @Test("Section 4.2.2: of two old parts below the acknowledgment, the first") func twoPartsBelow() {
    // RFC2883-1
    play(
      """
      ESTABLISHED <-- <SEQ=3000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=1000><CTL=ACK><SACK=3000:3500>
      ESTABLISHED <-- <SEQ=1000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=1500><CTL=ACK><SACK=3000:3500>
      ESTABLISHED <-- <SEQ=2000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=1500><CTL=ACK><SACK=2000:2500,3000:3500>
      ESTABLISHED <-- <SEQ=1000><ACK=101><CTL=ACK><LEN=1500>
      ESTABLISHED --> <SEQ=101><ACK=2500><CTL=ACK><SACK=1000:1500,3000:3500>
      quiet
      """, after: delayed)
  }

  @Test("Section 4.2.3: of two old parts above the acknowledgment, the first") func twoPartsAbove() {
    // RFC2883-1
    play(
      """
      ESTABLISHED <-- <SEQ=3500><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=1000><CTL=ACK><SACK=3500:4000>
      ESTABLISHED <-- <SEQ=1500><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=1000><CTL=ACK><SACK=1500:2000,3500:4000>
      ESTABLISHED <-- <SEQ=2500><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=1000><CTL=ACK><SACK=2500:3000,1500:2000,3500:4000>
      ESTABLISHED <-- <SEQ=1500><ACK=101><CTL=ACK><LEN=1500>
      ESTABLISHED --> <SEQ=101><ACK=1000><CTL=ACK><SACK=1500:2000,1500:3000,3500:4000>
      quiet
      """, after: delayed)
  }

  @Test("Section 5.1: a segment that the network repeats") func replicated() {
    play(
      """
      ESTABLISHED <-- <SEQ=1000><ACK=101><CTL=ACK><LEN=500>
      +40ms ESTABLISHED --> <SEQ=101><ACK=1500><CTL=ACK><NOSACK>
      ESTABLISHED <-- <SEQ=1000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=1500><CTL=ACK><SACK=1000:1500>
      quiet
      """, after: delayed)
  }

  @Test("Section 5.3 and 5.4: what a time-out sent again in vain, segment by segment") func needlessTimeout()
  {
    play(
      """
      ESTABLISHED <-- <SEQ=1000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED <-- <SEQ=1500><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=2000><CTL=ACK><NOSACK>
      ESTABLISHED <-- <SEQ=2000><ACK=101><CTL=ACK><LEN=500>
      +40ms ESTABLISHED --> <SEQ=101><ACK=2500><CTL=ACK><NOSACK>
      ESTABLISHED <-- <SEQ=500><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=2500><CTL=ACK><SACK=500:1000>
      ESTABLISHED <-- <SEQ=1000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=2500><CTL=ACK><SACK=1000:1500>
      ESTABLISHED <-- <SEQ=1500><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=2500><CTL=ACK><SACK=1500:2000>
      quiet
      """, after: delayed)
  }

  @Test("Section 5.2: a segment that was only late, and comes behind its retransmission") func late() {
    play(
      """
      ESTABLISHED <-- <SEQ=1500><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=1000><CTL=ACK><SACK=1500:2000>
      ESTABLISHED <-- <SEQ=2000><ACK=101><CTL=ACK><LEN=1000>
      ESTABLISHED --> <SEQ=101><ACK=1000><CTL=ACK><SACK=1500:3000>
      ESTABLISHED <-- <SEQ=1000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=3000><CTL=ACK><NOSACK>
      ESTABLISHED <-- <SEQ=1000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=101><ACK=3000><CTL=ACK><SACK=1000:1500>
      quiet
      """, after: delayed)
  }

  @Test("Text that begins at RCV.NXT and repeats what waited beyond the gap") func coversWaiting() {
    play(
      """
      ESTABLISHED <-- <SEQ=4100><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><SACK=4100:4200>
      ESTABLISHED <-- <SEQ=4300><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=4000><CTL=ACK><SACK=4300:4400,4100:4200>
      ESTABLISHED <-- <SEQ=4000><ACK=101><CTL=ACK><LEN=150>
      ESTABLISHED --> <SEQ=101><ACK=4200><CTL=ACK><SACK=4100:4150,4300:4400>
      ESTABLISHED <-- <SEQ=4200><ACK=101><CTL=ACK><LEN=300>
      ESTABLISHED --> <SEQ=101><ACK=4500><CTL=ACK><SACK=4300:4400>
      read 1500
      """, after: begun)
  }

  @Test("Old text with new text behind it is acknowledged at once, also without SACK") func oldAndNew() {
    let exchange = """
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      +40ms ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK>
      ESTABLISHED <-- <SEQ=351><ACK=101><CTL=ACK><LEN=60>

      """
    play("connected <SACKOK>\n" + exchange + "ESTABLISHED --> <SEQ=101><ACK=411><CTL=ACK><SACK=351:401>")
    play("connected\n" + exchange + "ESTABLISHED --> <SEQ=101><ACK=411><CTL=ACK><NOSACK>\nquiet")
  }

  @Test("The latest of two duplicates is reported, and what comes then does not hide it") func latest() {
    play(
      """
      ESTABLISHED <-- <SEQ=3000><ACK=101><CTL=ACK><LEN=500>
      ESTABLISHED <-- <SEQ=3500><ACK=101><CTL=ACK><LEN=200>
      ESTABLISHED <-- <SEQ=4000><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=4100><CTL=ACK><SACK=3500:3700>
      quiet
      ESTABLISHED <-- <SEQ=4200><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=4100><CTL=ACK><SACK=4200:4300>
      """, after: begun)
  }

  @Test("The duplicate is on text of ours, which leaves it room, and is one of the blocks that fit")
  func room() {
    // RFC2883-1, RFC2018-3
    play(
      """
      connected <SACKOK><MSS=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      write 2000
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><LEN=988><SACK=301:401>
      ESTABLISHED --> <SEQ=1089><ACK=401><CTL=ACK><LEN=1000><NOSACK>
      ESTABLISHED --> <SEQ=2089><ACK=401><CTL=ACK><LEN=12><NOSACK>
      """)
    play(
      """
      connected <SACKOK><TS=1>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100><TS=1>
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=100><TS=1>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS><SACK=501:601>
      ESTABLISHED <-- <SEQ=701><ACK=101><CTL=ACK><LEN=100><TS=1>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS><SACK=701:801,501:601>
      ESTABLISHED <-- <SEQ=901><ACK=101><CTL=ACK><LEN=100><TS=1>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS><SACK=901:1001,701:801,501:601>
      ESTABLISHED <-- <SEQ=321><ACK=101><CTL=ACK><LEN=20><TS=1>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS><SACK=321:341,901:1001,701:801>
      ESTABLISHED <-- <SEQ=551><ACK=101><CTL=ACK><LEN=100><TS=1>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS><SACK=551:601,501:651,901:1001>
      """)
  }

  @Test("Where no block has room, the duplicate is forgotten with the acknowledgment") func noRoom() {
    play(
      """
      connected <SACKOK><MSS=100>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><NOSACK>
      quiet
      """)
  }

  @Test("An empty probe repeats nothing; one with an octet does, unless that octet never came") func probes()
  {
    play(
      """
      connected <SACKOK>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=ACK><LEN=1>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><NOSACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED <-- <SEQ=400><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><NOSACK>
      ESTABLISHED <-- <SEQ=400><ACK=101><CTL=ACK><LEN=1>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><SACK=400:401>
      ESTABLISHED <-- <SEQ=281><ACK=101><CTL=ACK><LEN=40>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><SACK=301:321>
      """)
  }

  @Test("A duplicate that PAWS drops is reported all the same") func oldTimestamp() {
    // RFC 2883 section 4.3
    play(
      """
      connected <SACKOK><TS=10>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100><TS=10>
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=100><TS=10>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS><SACK=501:601>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=50><TS=9>
      outcome oldTimestamp
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS><SACK=301:351,501:601>
      ESTABLISHED <-- <SEQ=551><ACK=101><CTL=ACK><LEN=100><TS=9>
      outcome oldTimestamp
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS><SACK=551:601,501:601>
      ESTABLISHED <-- <SEQ=601><ACK=101><CTL=ACK><LEN=100><TS=9>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS><SACK=501:601>
      """)
  }

  @Test("A FIN that comes again is no text; the text before it is") func repeatedFIN() {
    play(
      """
      connected <SACKOK>
      CLOSE-WAIT <-- <SEQ=301><ACK=101><CTL=FIN,ACK><LEN=100>
      CLOSE-WAIT --> <SEQ=101><ACK=402><CTL=ACK><NOSACK>
      CLOSE-WAIT <-- <SEQ=401><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT --> <SEQ=101><ACK=402><CTL=ACK><NOSACK>
      CLOSE-WAIT <-- <SEQ=301><ACK=101><CTL=FIN,ACK><LEN=100>
      CLOSE-WAIT --> <SEQ=101><ACK=402><CTL=ACK><SACK=301:401>
      CLOSE-WAIT <-- <SEQ=391><ACK=101><CTL=ACK><LEN=11>
      CLOSE-WAIT --> <SEQ=101><ACK=402><CTL=ACK><SACK=391:401>
      """)
  }

  @Test("Behind a shut window the old part of a segment is reported, though the new one is not taken")
  func shutWindow() {
    play(
      """
      connected <SACKOK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      +40ms ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><WND=0>
      ESTABLISHED <-- <SEQ=401><ACK=101><CTL=ACK><LEN=1>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><WND=0><NOSACK>
      ESTABLISHED <-- <SEQ=381><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><WND=0><SACK=381:401>
      """, receiveCapacity: 100)
  }

  @Test("No duplicate is reported to a peer that does not understand SACK") func notPermitted() {
    // RFC2018-2
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><NOSACK>
      """)
  }

  @Test("What is not taken for other reasons is no duplicate") func others() {
    // Beyond the window, with SYN, with RST, and half the sequence space away.
    play(
      """
      connected <SACKOK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=RST,ACK><LEN=50>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=SYN,ACK><LEN=50>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><NOSACK>
      ESTABLISHED <-- <SEQ=200000><ACK=101><CTL=ACK><LEN=50>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><NOSACK>
      ESTABLISHED <-- <SEQ=2147484040><ACK=101><CTL=ACK><LEN=50>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><NOSACK>
      """)
  }
}
