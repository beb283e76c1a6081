/// What a listener does beyond serving one port of our addresses.
public struct ListenerTraits: Equatable, Sendable, BitwiseCopyable {
  /// One bit for each trait.
  public var rawValue: UInt8

  /// The traits with the given bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// None.
  public static var none: ListenerTraits { ListenerTraits(rawValue: 0) }
  /// Every port that no other listener serves; its own port must be 0.
  public static var anyPort: ListenerTraits { ListenerTraits(rawValue: 1) }
  /// Destinations that are no addresses of ours, too, as a transparent proxy or the end of a tunnel does; its
  /// own address must be unspecified. Its connections have the address that their peer has called.
  public static var foreignDestinations: ListenerTraits { ListenerTraits(rawValue: 2) }
  /// A SYN is answered only when the program says so: `TCPHost.answer` and `TCPHost.refuse`.
  public static var holdsAnswers: ListenerTraits { ListenerTraits(rawValue: 4) }

  /// Whether every trait of `other` is among these.
  public func contains(_ other: ListenerTraits) -> Bool { rawValue & other.rawValue == other.rawValue }

  /// The traits of both.
  public static func | (left: ListenerTraits, right: ListenerTraits) -> ListenerTraits {
    ListenerTraits(rawValue: left.rawValue | right.rawValue)
  }

  /// Whether there are no other bits, and a listener with these may have that endpoint.
  func allow(_ local: Endpoint) -> Bool {
    rawValue <= 7 && contains(.anyPort) == (local.port == 0)
      && (local.address.isUnspecified || !contains(.foreignDestinations))
  }
}
