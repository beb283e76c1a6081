/// Numbers that scripts name, as Linux has them: what `fcntl` and `poll` return is compared as a number.
enum SocketConstants {
  /// `O_RDWR|O_NONBLOCK` as a number; `nil` where a name is not known.
  static func value(of names: [String]) -> Int? {
    var sum = 0
    for name in names {
      guard let value = Int(name) ?? values[name] else { return nil }
      sum |= value
    }
    return sum
  }

  private static let values: [String: Int] = [
    "O_RDONLY": 0, "O_WRONLY": 1, "O_RDWR": 2, "O_NONBLOCK": 0x800,
    "POLLIN": 1, "POLLPRI": 2, "POLLOUT": 4, "POLLERR": 8, "POLLHUP": 16, "POLLNVAL": 32, "POLLRDNORM": 0x40,
    "POLLWRNORM": 0x100, "POLLRDHUP": 0x2000,
    "MSG_OOB": 1, "MSG_PEEK": 2, "MSG_DONTWAIT": 0x40, "MSG_NOSIGNAL": 0x4000, "MSG_MORE": 0x8000,
    "SHUT_RD": 0, "SHUT_WR": 1, "SHUT_RDWR": 2,
    "SOCK_STREAM": 1, "SOCK_NONBLOCK": 0x800, "SOCK_CLOEXEC": 0x80000, "IPPROTO_TCP": 6, "IPPROTO_IP": 0,
    "AF_INET": 2, "AF_INET6": 10,
    "IP_PMTUDISC_DONT": 0, "IP_PMTUDISC_WANT": 1, "IP_PMTUDISC_DO": 2,
  ]
}
