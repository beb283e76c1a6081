/// From where the sequence numbers of some connections are counted, so that states which differ in nothing
/// but their initial sequence numbers can be seen to be alike. Those of all others count from 0.
package struct SequenceOrigins: BitwiseCopyable {
  private struct Origin: BitwiseCopyable {
    var tuple: FourTuple
    var local: UInt32
    var remote: UInt32
  }

  private var origins: [4 of Origin]
  private var count = 0

  /// Of no connection.
  package init() {
    let nowhere = Endpoint(.anyIPv4, 0)
    origins = [4 of Origin](
      repeating: Origin(tuple: FourTuple(local: nowhere, remote: nowhere), local: 0, remote: 0))
  }

  /// Adds those of a connection: four at most, further ones do not count.
  // unreached: no target asks; TCPExplorer does
  package mutating func add(_ tuple: FourTuple, local: SequenceNumber, remote: SequenceNumber) {
    // unreached: no target asks; TCPExplorer does
    // unreached: no target asks; TCPExplorer does
    guard count < 4 else { return }
    origins[count] = Origin(tuple: tuple, local: local.rawValue, remote: remote.rawValue)
    count &+= 1
  }

  /// What is added to a digest next is of a connection with these endpoints.
  func begin(_ tuple: FourTuple, in digest: inout StateDigest) {
    digest.localOrigin = 0
    digest.remoteOrigin = 0
    // unreached: no target asks; TCPExplorer does
    for index in 0..<count where origins[index].tuple == tuple {
      digest.localOrigin = origins[index].local
      digest.remoteOrigin = origins[index].remote
    }
  }
}
