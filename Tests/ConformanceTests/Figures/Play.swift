import TCPCore
import TCPTestSupport
import Testing

/// How often and in which surroundings a figure is played.
enum FigureVariant: String, CaseIterable {
  /// As written.
  case plain
  /// With the numbers of both sides right below 2^32, so that they wrap with the first octets.
  case nearWrap = "both sides near the wrap"
  /// With the numbers of both sides right below 2^31.
  case nearHalf = "both sides near 2^31"
  /// With our numbers a segment or so below 2^32.
  case ownNearWrap = "our side near the wrap"
  /// With our numbers a segment or so below 2^31.
  case ownNearHalf = "our side near 2^31"
  /// With the peer's numbers a segment or so below 2^32.
  case peerNearWrap = "the peer's side near the wrap"
  /// With the peer's numbers a segment or so below 2^31.
  case peerNearHalf = "the peer's side near 2^31"
  /// With the timestamp clocks of both sides right below 2^32.
  case clockNearWrap = "timestamps near the wrap"
  /// With the timestamp clocks of both sides right below 2^31.
  case clockNearHalf = "timestamps near 2^31"
  /// Over IPv6.
  case ipv6 = "IPv6"

  /// Puts the numbers where the variant wants them.
  fileprivate func apply(to settings: inout FigureSettings) {
    // Where one side alone is near an edge, short text does not reach it, and it lies within or behind the
    // second piece.
    switch self {
    case .plain: break
    case .nearWrap: (settings.ownPlace, settings.peerPlace) = (.belowWrap(2), .belowWrap(3))
    case .nearHalf: (settings.ownPlace, settings.peerPlace) = (.belowHalf(2), .belowHalf(3))
    case .ownNearWrap: settings.ownPlace = .belowWrap(1_200)
    case .ownNearHalf: settings.ownPlace = .belowHalf(1_200)
    case .peerNearWrap: settings.peerPlace = .belowWrap(150)
    case .peerNearHalf: settings.peerPlace = .belowHalf(150)
    case .clockNearWrap: settings.clockPlace = .belowWrap(2)
    case .clockNearHalf: settings.clockPlace = .belowHalf(2)
    case .ipv6: settings.isIPv6 = true
    }
  }
}

extension [FigureVariant] {
  /// Over IPv4, far from all edges and near each.
  static var ipv4: [FigureVariant] { FigureVariant.allCases.filter { $0 != .ipv6 } }
  /// Over both families.
  static var all: [FigureVariant] { FigureVariant.allCases }
}

/// Plays a figure in each of its variants, and fails at the line that does not hold.
///
/// The text begins two lines below the call, where the formatter puts it. Vocabulary:
/// `FigurePlayer+Statements.swift`.
///
/// - Parameter prelude: lines that are played first; where one of them does not hold, the call's own line
///   fails.
func play(
  _ figure: String, after prelude: String = "", iss: UInt32 = 100, _ variants: [FigureVariant] = .ipv4,
  mtu: Int = 1_500,
  sendCapacity: Int = 65_535, receiveCapacity: Int = 65_535,
  options: (inout ConnectionOptions) -> Void = { _ in },
  configuration: @escaping (inout HostConfiguration) -> Void = { _ in }, fileID: String = #fileID,
  filePath: String = #filePath, line: Int = #line
) {
  let whole = prelude.isEmpty ? figure : prelude + "\n" + figure
  let skipped = whole.count(where: \.isNewline) - figure.count(where: \.isNewline)
  for variant in variants {
    var settings = FigureSettings()
    settings.iss = iss
    variant.apply(to: &settings)
    settings.mtu = mtu
    settings.sendCapacity = sendCapacity
    settings.receiveCapacity = receiveCapacity
    options(&settings.options)
    settings.configure = configuration
    guard let failure = FigurePlayer.play(whole, settings) else { continue }
    Issue.record(
      "\(failure.message) (\(variant.rawValue))\n\(failure.transcript)",
      sourceLocation: SourceLocation(
        fileID: fileID, filePath: filePath, line: line + max(0, failure.line - skipped + 2), column: 1))
    return
  }
}
