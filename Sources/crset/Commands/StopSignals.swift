@preconcurrency import Dispatch
import Glibc
import Logging
import ServiceLifecycle
import Synchronization

/// SIGTERM and SIGINT. The first asks for an orderly stop; a second one ends the process at once, whatever it is doing,
/// as a crash would: everything that was accepted is on disk.
///
/// It ends with the first signal; put it into the group so that this stops the others.
final class StopSignals: Service {
    private let log: Logger
    private let queue = DispatchQueue(label: "crset.signals")
    private let count = Atomic(0)

    init(log: Logger) { self.log = log }

    func run() async throws {
        let (signals, heard) = AsyncStream.makeStream(of: Void.self)
        // Not on the cooperative pool, so that nothing which hangs there is in the way.
        for signal in [SIGTERM, SIGINT] { listen(to: signal) { heard.yield() } }
        await withGracefulShutdownHandler {
            for await _ in signals { return }
        } onGracefulShutdown: {
            heard.finish()
        }
    }

    private func listen(to signal: Int32, _ first: @escaping @Sendable () -> Void) {
        let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
        // Its handler keeps it: a source that is gone hears nothing, and this one has to hear until the end.
        source.setEventHandler { [self] in
            withExtendedLifetime(source) {}
            guard count.add(1, ordering: .relaxed).oldValue == 0 else { _exit(128 + signal) }
            log.notice("stopping; a second signal ends it at once")
            first()
        }
        source.resume()
    }
}
