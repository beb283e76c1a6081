import TCPCore
import TCPTestSupport
import Testing

/// How often and in which surroundings a figure is played.
enum FigureVariant: String, CaseIterable {
  /// As it stands.
  case plain
  /// With the numbers of both sides right below 2^32, so that they wrap on the way.
  case nearWrap = "near the wrap"
  /// Over IPv6.
  case ipv6 = "IPv6"
}

extension [FigureVariant] {
  /// Over IPv4 far from the wrap and near it.
  static var ipv4: [FigureVariant] { [.plain, .nearWrap] }
  /// Over both families.
  static var all: [FigureVariant] { FigureVariant.allCases }
}

/// Plays a figure in each of its variants, and fails at the line that does not hold.
///
/// The text begins two lines below the call, where the formatter puts it. Vocabulary:
/// `FigurePlayer+Statements.swift`.
///
/// - Parameter prelude: lines that are played first; where one of them does not hold, the call's own line fails.
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
    settings.isNearWrap = variant == .nearWrap
    settings.isIPv6 = variant == .ipv6
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
