/// What one acknowledgment says of what was sent: octets that it reports for the first time, whether by its
/// number or by SACK blocks.
package struct Delivery: BitwiseCopyable {
  /// Octets newly acknowledged or reported: DeliveredData of RFC 9937 section 6.
  package var octets: UInt32 = 0
  /// Of what was sent once, the record that left last.
  package private(set) var newest: SentRecord?
  /// Of what was sent again, the record that left last.
  package private(set) var newestResent: SentRecord?
  /// The highest end of all.
  package private(set) var highest: SequenceNumber?
  /// The lowest end of what was sent once: RFC 8985 section 6.2, step 3, compares it.
  package private(set) var lowest: SequenceNumber?

  /// How many records.
  package private(set) var reportedRecords: UInt16 = 0

  package init() {}

  /// The record that left last.
  package var latest: SentRecord? {
    guard let first = newest else { return newestResent }
    guard let second = newestResent else { return first }
    return first.wasSent(after: second) ? first : second
  }

  /// A record is delivered as a whole.
  package mutating func add(_ record: SentRecord) {
    octets &+= record.count
    reportedRecords &+= 1
    highest = highest.map { .later($0, record.end) } ?? record.end
    if record.isRetransmitted {
      if newestResent.map({ record.wasSent(after: $0) }) ?? true { newestResent = record }
    } else {
      lowest = lowest.map { .earlier($0, record.end) } ?? record.end
      if newest.map({ record.wasSent(after: $0) }) ?? true { newest = record }
    }
  }
}
