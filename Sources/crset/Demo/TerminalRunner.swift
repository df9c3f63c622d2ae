/// The chat on a terminal, until the customer leaves.
struct TerminalRunner {
    private var session: DemoSession
    private var editor = LineEditor()
    private let backend: DemoBackend
    private let signals: DemoSignals
    private let terminal: RawTerminal
    private let paint: Paint
    private let beside: String
    private var scrolled = 0
    private var ticksOfTyping = 0
    private var picture: ChatScreen.Picture?

    init(
        session: DemoSession,
        backend: DemoBackend,
        signals: DemoSignals,
        terminal: RawTerminal,
        paint: Paint,
        beside: String
    ) {
        self.session = session
        self.backend = backend
        self.signals = signals
        self.terminal = terminal
        self.paint = paint
        self.beside = beside
    }

    mutating func run() async {
        // One job after the other, in the order typed, while the chat goes on.
        let (jobs, queue) = AsyncStream.makeStream(
            of: (DemoSession.Job, DemoWords).self,
            bufferingPolicy: .bufferingOldest(256)
        )
        let (backend, continuation) = (backend, signals.continuation)
        let worker = Task {
            for await (job, words) in jobs { continuation.yield(.outcome(await job.run(backend, words))) }
        }
        defer { worker.cancel() }
        signals.readInput()
        redraw()
        for await signal in signals.stream {
            guard take(signal, queue) else { return }
            redraw()
        }
    }

    /// False: leave.
    private mutating func take(
        _ signal: DemoSignal,
        _ queue: AsyncStream<(DemoSession.Job, DemoWords)>.Continuation
    ) -> Bool {
        switch signal {
        case .happening(let happening):
            session.apply(happening)
            ticksOfTyping = 0
        case .outcome(let outcome): session.apply(outcome)
        case .input(let bytes):
            for action in editor.feed(bytes) where !perform(action, queue) { return false }
        case .tick:
            ticksOfTyping += 1
            // WhatsApp shows it for 25 s at most.
            if ticksOfTyping > 50 { session.stopTyping() }
        case .endOfInput, .interrupt: return false
        case .deadline: break
        }
        return true
    }

    private mutating func perform(
        _ action: LineEditor.Action,
        _ queue: AsyncStream<(DemoSession.Job, DemoWords)>.Continuation
    ) -> Bool {
        switch action {
        case .quit: return false
        case .redraw: return true
        case .scroll(let pages):
            let (columns, rows) = terminal.size
            let screen = ChatScreen(columns: columns, rows: rows, paint: paint, beside: beside)
            scrolled = min(max(0, scrolled + pages * max(1, rows - 6)), screen.scrollMax(session))
        case .submit(let line):
            scrolled = 0
            guard let job = session.begin(line, backend) else { return true }
            if job == .quit { return false }
            queue.yield((job, session.words))
        }
        return true
    }

    private mutating func redraw() {
        let (columns, rows) = terminal.size
        let screen = ChatScreen(columns: columns, rows: rows, paint: paint, beside: beside)
        let new = screen.picture(of: session, business: backend.business, editor: editor, scrolled: scrolled)
        guard new != picture else { return }
        picture = new
        terminal.draw(new)
    }
}
