import TCPCore

extension SegmentHeader {
  /// Writes the datagram around this segment, with its checksums, and returns how long it is.
  ///
  /// - Parameters:
  ///   - tuple: from its local to its remote end.
  ///   - octet: the text, by its places.
  package func emitDatagram(
    _ tuple: FourTuple, textCount: Int, into room: MutableBytes, octet: (Int) -> UInt8
  ) -> Int {
    emitDatagram(tuple, textCount: textCount, DatagramOptions(), into: room) { room in
      for index in 0..<textCount { room.store(octet(index), at: index) }
      var sum = InternetChecksum()
      sum.add(room, count: textCount)
      return sum
    }
  }

  /// The datagram around this segment, with its checksums.
  package func datagram(from source: Endpoint, to destination: Endpoint, text: [UInt8] = []) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 60 + 60 + text.count)
    let tuple = FourTuple(local: source, remote: destination)
    // The view lives as long as the closure that lends the array's memory.
    let count = unsafe bytes.withUnsafeMutableBytes { buffer -> Int in
      guard let view = unsafe MutableBytes(buffer) else { return 0 }
      return emitDatagram(tuple, textCount: text.count, into: view) { text[$0] }
    }
    return Array(bytes.prefix(count))
  }
}
