#if os(Linux)
  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// What one thread leaves for another that waits for its end.
  final class Shared<Value>: @unchecked Sendable {
    var value: Value

    init(_ value: Value) { self.value = value }
  }

  /// A thread of its own: loops block, which the threads of tests must not.
  final class OwnThread {
    private final class Work {
      let body: () -> Void

      init(_ body: @escaping () -> Void) { self.body = body }
    }

    private var thread = pthread_t()
    private var isStarted = false

    init(_ body: @escaping () -> Void) {
      let work = unsafe Unmanaged.passRetained(Work(body))
      // The work is handed over with the count that `passRetained` has added.
      let code = unsafe pthread_create(
        &thread, nil,
        { argument in
          if let argument = unsafe argument {
            unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
          }
          return nil
        }, work.toOpaque())
      isStarted = code == 0
    }

    /// Waits for the end, once.
    func join() {
      if isStarted { _ = pthread_join(thread, nil) }
    }
  }

  /// Runs code on a thread with a network namespace of its own, which ends with the thread.
  enum OwnNamespace {
    /// Whether the system gives us a namespace, and lets us make TUN devices in it.
    static var allowsDevices: Bool {
      // The path ends with a zero and is read during the call.
      unsafe access("/dev/net/tun", R_OK | W_OK) == 0 && geteuid() == 0 && run { true } == true
    }

    /// Leaves the machine's network; CLONE_NEWNET of linux/sched.h.
    private static func enter() -> Bool {
      // The C library's module leaves `unshare` out; it has this type in every C library for Linux.
      guard let symbol = unsafe dlsym(nil, "unshare") else { return false }
      return unsafe unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)(0x4000_0000) == 0
    }

    /// What the body returns in a namespace of its own; `nil` if there is none.
    static func run<Value>(_ body: @escaping () -> Value?) -> Value? {
      let answer = Shared<Value?>(nil)
      OwnThread { if enter() { answer.value = body() } }.join()
      return answer.value
    }
  }
#endif
