extension RingBuffer {
  // May use `unsafe`: source and destination counts are equal and `runs` has checked the ring's side.

  /// Writes octets to their place `offset` octets behind the head, without making them part of the queue.
  @inline(__always)  // on a segment's way
  package func writeAhead(_ bytes: RawSpan, at offset: Int, in region: Region) {
    let (first, firstCount, secondCount) = runs(at: offset, count: bytes.byteCount)
    // Both runs lie in the ring, and together are as long as the source.
    unsafe bytes.withUnsafeBytes { source in
      // unreached: text that is placed lies in a datagram, which has an address
      guard let base = source.baseAddress else { return }
      // As said above.
      unsafe address(first, in: region).copyMemory(from: base, byteCount: firstCount)
      if secondCount > 0 {
        // `runs` has checked the ring's side, the caller's count the other.
        unsafe address(0, in: region).copyMemory(from: base + firstCount, byteCount: secondCount)
      }
    }
  }

  /// As `writeAhead`, and returns the sum of the octets, having read each once.
  @inline(__always)  // on a segment's way
  package func writeAheadSumming(_ bytes: RawSpan, at offset: Int, in region: Region) -> InternetChecksum {
    let (first, firstCount, secondCount) = runs(at: offset, count: bytes.byteCount)
    var checksum = InternetChecksum()
    // Both runs lie in the ring, and together are as long as the source.
    unsafe bytes.withUnsafeBytes { source in
      // unreached: text that is placed lies in a datagram, which has an address
      guard let base = source.baseAddress else { return }
      // `runs` has checked the ring's side, the caller's count the other.
      let sum = unsafe InternetChecksum.copyAndSum(
        from: base, to: address(first, in: region), count: firstCount)
      checksum.add(piece: sum, atOffset: 0)
      if secondCount > 0 {
        // `runs` has checked the ring's side, the caller's count the other.
        let rest = unsafe InternetChecksum.copyAndSum(
          from: base + firstCount, to: address(0, in: region), count: secondCount)
        checksum.add(piece: rest, atOffset: firstCount)
      }
    }
    return checksum
  }

  /// Copies `count` octets from `offset` behind the head to a caller's memory and returns their sum.
  @inline(__always)  // on a segment's way
  package func copySumming(
    from offset: Int, count: Int, to bytes: MutableBytes, in region: Region
  ) -> InternetChecksum {
    precondition(count <= bytes.count)
    let (first, firstCount, secondCount) = runs(at: offset, count: count)
    var checksum = InternetChecksum()
    // `runs` has checked the ring's side, the caller's count the other.
    let sum = unsafe InternetChecksum.copyAndSum(
      from: address(first, in: region), to: bytes.base, count: firstCount)
    checksum.add(piece: sum, atOffset: 0)
    if secondCount > 0 {
      // `runs` has checked the ring's side, the caller's count the other.
      let rest = unsafe InternetChecksum.copyAndSum(
        from: address(0, in: region), to: bytes.base + firstCount, count: secondCount)
      checksum.add(piece: rest, atOffset: firstCount)
    }
    return checksum
  }

  /// A position-dependent hash of `count` octets from `offset` behind the head (FNV-1a, 64 bits).
  package func contentHash(from offset: Int, count: Int, in region: Region) -> UInt64 {
    let (first, firstCount, secondCount) = runs(at: offset, count: count)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<firstCount {
      hash = (hash ^ UInt64(wide: UInt32(octet(first &+ index, in: region)))) &* 0x100_0000_01B3
    }
    for index in 0..<secondCount {
      hash = (hash ^ UInt64(wide: UInt32(octet(index, in: region)))) &* 0x100_0000_01B3
    }
    return hash
  }

  /// One octet of the ring's memory.
  private func octet(_ position: Int, in region: Region) -> UInt8 {
    precondition(position >= 0 && position < capacity)
    // In bounds: checked on the line above.
    return unsafe address(position, in: region).load(as: UInt8.self)
  }

  /// Copies `count` octets from `offset` behind the head to a caller's memory.
  package func copy(from offset: Int, count: Int, to bytes: MutableBytes, in region: Region) {
    precondition(count <= bytes.count)
    let (first, firstCount, secondCount) = runs(at: offset, count: count)
    // `runs` has checked the ring's side, the caller's count the other.
    unsafe bytes.base.copyMemory(from: address(first, in: region), byteCount: firstCount)
    if secondCount > 0 {
      // `runs` has checked the ring's side, the caller's count the other.
      unsafe (bytes.base + firstCount).copyMemory(from: address(0, in: region), byteCount: secondCount)
    }
  }

  /// Hands out the queue's one or two runs of octets, oldest first; the second may be empty.
  package func withReadable<Result>(
    in region: Region, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let (first, firstCount, secondCount) = runs(at: 0, count: count)
    // `runs` has checked the ring's side, the caller's count the other.
    return unsafe body(
      UnsafeRawBufferPointer(start: address(first, in: region), count: firstCount),
      UnsafeRawBufferPointer(start: address(0, in: region), count: secondCount))
  }

  /// Hands out the free room's one or two runs, in the order in which they will be queued.
  package func withWritable<Result>(
    in region: Region, _ body: (UnsafeMutableRawBufferPointer, UnsafeMutableRawBufferPointer) -> Result
  ) -> Result {
    let (first, firstCount, secondCount) = runs(at: count, count: freeCapacity)
    // `runs` has checked the ring's side, the caller's count the other.
    return unsafe body(
      UnsafeMutableRawBufferPointer(start: address(first, in: region), count: firstCount),
      UnsafeMutableRawBufferPointer(start: address(0, in: region), count: secondCount))
  }
}
