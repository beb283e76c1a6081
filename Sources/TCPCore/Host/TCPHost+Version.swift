extension TCPHost {
  /// The version of the package, as `tcpcore.h`, the description for pkg-config and the change log have it.
  public static var version: StaticString { "0.1.0" }  // unreached: nothing in the core asks
}
