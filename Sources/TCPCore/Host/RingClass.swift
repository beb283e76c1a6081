/// Some connections with rings of one size.
public struct RingClass: Sendable, BitwiseCopyable {
  /// How many connections.
  public var connections: Int
  /// Octets of text that each can hold for sending: 1 to 2^30.
  public var sendCapacity: Int
  /// Octets of text that each can hold for reading: 1 to 2^30.
  public var receiveCapacity: Int
  /// How many transmissions each remembers: 2 to 65,535.
  public var transmissions: Int
  /// How many ranges of out-of-order data each can hold: 1 to 255.
  public var ranges: Int
  /// Whether each transmission remembers what had been delivered when it left, 8 octets more: BBR needs it
  /// (`CongestionControlAlgorithm.bbr`).
  public var samplesDeliveryRate = false

  /// Connections with rings of the given sizes, and tables of transmissions and ranges that suit them.
  public init(connections: Int, sendCapacity: Int, receiveCapacity: Int) {
    self.connections = connections
    self.sendCapacity = sendCapacity
    self.receiveCapacity = receiveCapacity
    transmissions = RingClass.clamp(sendCapacity / 1_024, add: 8, most: 4_096)
    ranges = RingClass.clamp(receiveCapacity / 8_192, add: 4, most: 255)
  }

  private static func clamp(_ value: Int, add: Int, most: Int) -> Int {
    value < 0 ? add : (value > most &- add ? most : value &+ add)
  }
}
