#if os(Linux)
  /// The header in front of each datagram of a device with checksum offload (struct virtio_net_hdr of
  /// linux/virtio_net.h), in the machine's octet order.
  enum OffloadHeader {
    /// Its length in octets.
    static var byteCount: Int { 10 }
    /// VIRTIO_NET_HDR_F_NEEDS_CSUM: the sender has left the sum to be completed.
    private static var needsChecksum: UInt8 { 1 }
    /// VIRTIO_NET_HDR_F_DATA_VALID: somebody has verified the sum.
    private static var isVerified: UInt8 { 2 }

    /// Whether the checksum of an arriving datagram need not be looked at: it comes from this machine and
    /// never was computed, or it was verified on the way.
    static func isTrusted(_ header: UnsafeRawBufferPointer) -> Bool {
      unsafe header[0] & (needsChecksum | isVerified) != 0
    }

    /// Fills the header of a departing datagram, whose TCP checksum field holds the pseudo header's sum.
    static func fill(_ header: UnsafeMutableRawBufferPointer, for datagram: UnsafeRawBufferPointer) {
      for index in 0..<byteCount { unsafe header[index] = 0 }
      guard datagram.count >= 40 else { return }
      // The core writes no extension headers, so TCP begins behind the fixed header.
      let start = unsafe datagram[0] >> 4 == 4 ? Int(datagram[0] & 0xF) * 4 : 40
      unsafe header[0] = needsChecksum
      unsafe header.storeBytes(of: UInt16(truncatingIfNeeded: start), toByteOffset: 6, as: UInt16.self)
      // The checksum's place in the TCP header (RFC 9293 section 3.1).
      unsafe header.storeBytes(of: 16, toByteOffset: 8, as: UInt16.self)
    }
  }
#endif
