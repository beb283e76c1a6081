import TCPCore
import Testing

#if _pointerBitWidth(_64)
  /// What the article Architecture says of a connection's cache lines.
  @Suite("Connection: what an acknowledgment reads lies in five cache lines")
  struct ConnectionLayoutTests {
    /// Where a value is in memory.
    private func address<Value>(_ value: inout Value) -> Int {
      unsafe withUnsafePointer(to: &value) { Int(bitPattern: $0) }
    }

    @Test("The tuple with the flags, both sides, the timers, the marks of trouble") func lines() {
      var c = Connection(
        tuple: FourTuple(local: Endpoint(.anyIPv4, 1), remote: Endpoint(.anyIPv4, 2)),
        sendRing: RingBuffer(start: 0, capacity: 1), receiveRing: RingBuffer(start: 0, capacity: 1),
        ranges: RangeSet(start: 0, capacity: 1), sentRecords: SentRecords(start: 0, capacity: 1),
        options: ConnectionOptions())
      let start = address(&c.tuple)
      /// The numbers of the lines of 64 octets that places lie in.
      func lines(_ places: [Int]) -> [Int] { places.map { ($0 - start) / 64 } }

      #expect(lines([address(&c.state), address(&c.usesSACK), address(&c.wakeup)]) == [0, 0, 0])
      #expect(lines([address(&c.send.unacknowledged), address(&c.send.ring)]) == [1, 1])
      #expect(lines([address(&c.receive.next), address(&c.receive.lastArrival)]) == [2, 2])
      #expect(lines([address(&c.receive.ring)]) == [2])
      let timers = [
        address(&c.ackPolicy), address(&c.persistTimer), address(&c.options.isKeepAliveEnabled),
      ]
      #expect(Set(lines(timers)).count == 1)
      let trouble = [
        address(&c.sender.tail), address(&c.sender.ecn), address(&c.sender.timer), address(&c.sender.records),
      ]
      #expect(Set(lines(trouble)).count == 1)
      #expect(MemoryLayout<Connection>.stride % 64 == 0)
    }

    @Test("A table that is aligned begins at a line") func table() {
      for taken in 0...9 {
        var layout = RegionLayout()
        _ = layout.reserve(count: taken, stride: 16)
        layout.alignToLine()
        #expect(layout.reserve(count: 1, stride: 16) == UInt32((taken + 3) / 4 * 4), "\(taken) units before")
      }
    }
  }
#endif
