/// What the SYNs of both sides agree on (RFC 9293 section 3.7.1, RFC 7323 sections 2.2 and 3.2, RFC 2018
/// section 2).
package struct Negotiation: BitwiseCopyable {
  /// TSval of the peer's SYN, meaningful with `usesTimestamps`.
  var peerTimestamp: UInt32 = 0
  /// The peer's MSS option; 0 without one. An option of 0 counts as 1 (CVE-04).
  let peerSegmentSize: UInt16
  /// The user time-out option of the peer's SYN.
  let peerUserTimeout: UserTimeout
  /// The peer's shift, at most 14, meaningful with `isScaled` (RFC7323-WS-7).
  let peerShift: UInt8
  /// Whether windows are scaled: both sides or neither (RFC7323-WS-1, RFC7323-WS-2, RFC7323-WS-4).
  private(set) var isScaled = false
  private(set) var usesTimestamps = false
  private(set) var usesSACK = false
  /// Whether both SYNs are ECN-setup ones (RFC 3168 section 6.1.1).
  var usesECN = false

  /// What we offer, and the options of the peer's SYN.
  init(timestamps: Bool, sack: Bool, windowScale: Bool, peer: SegmentOptions) {
    if let size = peer.maximumSegmentSize {
      peerSegmentSize = size == 0 ? 1 : size
    } else {
      peerSegmentSize = 0
    }
    peerUserTimeout = peer.userTimeout
    usesSACK = sack && peer.isSACKPermitted
    if timestamps, let offered = peer.timestamps {
      usesTimestamps = true
      peerTimestamp = offered.value
    }
    if windowScale, let shift = peer.windowScale {
      isScaled = true
      peerShift = shift > 14 ? 14 : shift
    } else {
      peerShift = 0
    }
  }

  /// Whether every stored Bool has a valid bit pattern; `TCPHost(restoring:)` checks this.
  mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isScaled) <= 1 && rawByte(of: &usesTimestamps) <= 1 && rawByte(of: &usesSACK) <= 1
      && rawByte(of: &usesECN) <= 1
  }
}
