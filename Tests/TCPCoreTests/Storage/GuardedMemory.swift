import TCPCore

/// A region between guard octets, so that a test sees whatever is written outside.
@safe
final class GuardedMemory {
  /// The part that the core is given.
  let region: Region
  private let buffer: UnsafeMutableRawBufferPointer

  static let guardCount = 64
  static let fill: UInt8 = 0xA5

  init(byteCount: Int) {
    // The buffer lives as long as this object, and the region is a part of it.
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: byteCount + 2 * GuardedMemory.guardCount, alignment: 64)
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: GuardedMemory.fill)
    guard let base = unsafe buffer.baseAddress else { fatalError("an allocation without memory") }
    region = unsafe Region(base: base + GuardedMemory.guardCount, count: byteCount)
  }

  deinit { unsafe buffer.deallocate() }

  /// The octets of the region, without the guards.
  var octets: [UInt8] {
    unsafe Array(buffer[GuardedMemory.guardCount..<(buffer.count - GuardedMemory.guardCount)])
  }

  /// Whether every octet outside `places` of the region, guards included, is as it was at first.
  func isUntouched(outside places: Range<Int>) -> Bool {
    let first = GuardedMemory.guardCount + places.lowerBound
    let last = GuardedMemory.guardCount + places.upperBound
    return unsafe buffer[..<first].allSatisfy { $0 == GuardedMemory.fill }
      && buffer[last...].allSatisfy { $0 == GuardedMemory.fill }
  }

  /// A table of `count` fresh elements at the start of the region.
  func table<Element>(_ type: Element.Type = Element.self, count: Int, of make: () -> Element) -> Table<
    Element
  > {
    precondition(count * MemoryLayout<Element>.stride <= region.count)
    let table = region.table(Element.self, at: 0, count: count)
    for index in 0..<count { table.initialize(index, to: make()) }
    return table
  }
}
