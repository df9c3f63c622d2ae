import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// Keeps the channel, so that a fault can close it.
struct SandboxContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

private struct ClosedOnPurpose: Error {}

extension Sandbox {
    static let bodyBytesMax = 101 << 20

    func respond(to request: Request, context: SandboxContext) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.bodyBytesMax)
        let headers = request.headers
        let path = request.uri.path
        let ask = Ask(
            method: request.method.rawValue,
            path: path,
            segments: path.split(separator: "/").map { FormFields.decode($0, plusIsSpace: false) },
            query: request.uri.query ?? "",
            headers: { name in HTTPField.Name(name).flatMap { headers[$0] } },
            body: Array(body.readableBytesView)
        )
        var faults = Faults()
        if let route = Self.faultRoute(of: ask) { faults = Faults(plan.draw(route)) }
        if faults.delay > 0 {
            // A stop doesn't wait for it: what was on its way then never arrives.
            try await cancelWhenGracefulShutdown { [faults] in try await Task.sleep(for: .milliseconds(faults.delay)) }
        }
        if faults.close == .before { try await close(context) }
        var answer = try await self.answer(ask, faults: faults)
        if faults.close == .after { try await close(context) }
        if faults.garbage { answer.body = Array("<html>502 Bad Gateway".utf8) }
        return faults.cut ? cut(answer, context) : whole(answer)
    }

    private func answer(_ ask: Ask, faults: Faults) async throws -> Answer {
        if let failure = faults.failure, !failure.tookEffect { return self.failure(failure, ask) }
        let answer: Answer
        switch ask.segments.first {
        case "graph": answer = graph.answer(ask, segments: ask.segments.dropFirst())
        case "openai":
            answer = await openAI.answer(ask, segments: Array(ask.segments.dropFirst(2)), twist: faults.twist)
        case "stripe": answer = stripe.answer(ask, segments: Array(ask.segments.dropFirst(2)))
        case "pay": answer = payPage(ask, segments: Array(ask.segments.dropFirst()))
        default: answer = await control(ask)
        }
        if let failure = faults.failure { return self.failure(failure, ask) }
        return answer
    }

    private func failure(_ failure: Faults.Failure, _ ask: Ask) -> Answer {
        switch ask.segments.first {
        case "graph":
            return GraphError.titled(Int(failure.code) ?? 131000, status: failure.status).answer(trace: "AFAULT")
        case "openai": return OpenAIError.fault(status: failure.status, code: failure.code).answer()
        default: return stripe.fault(status: failure.status, code: failure.code, ask)
        }
    }

    private func close(_ context: SandboxContext) async throws {
        try? await context.channel.close()
        throw ClosedOnPurpose()
    }

    private func whole(_ answer: Answer) -> Response {
        Response(
            status: .init(code: answer.status),
            headers: fields(answer),
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }

    /// The head promises the whole body; the connection closes half-way.
    private func cut(_ answer: Answer, _ context: SandboxContext) -> Response {
        let half = ByteBuffer(bytes: answer.body.prefix(answer.body.count / 2))
        let channel = context.channel
        return Response(
            status: .init(code: answer.status),
            headers: fields(answer),
            body: ResponseBody(contentLength: answer.body.count) { writer in
                try await writer.write(half)
                try? await channel.close()
                throw ClosedOnPurpose()
            }
        )
    }

    private func fields(_ answer: Answer) -> HTTPFields {
        var fields = HTTPFields()
        fields[.contentType] = answer.contentType
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }

    private static func faultRoute(of ask: Ask) -> FaultRoute? {
        switch (ask.segments.first, ask.segments.last) {
        case ("graph", "messages"):
            return ask.body.count < 512 && Payload.parse(ask.body)?["status"] != nil ? .whatsAppRead : .whatsAppMessages
        case ("graph", _): return .whatsAppMedia
        case ("openai", "completions"): return .chat
        case ("openai", "transcriptions"): return .transcription
        case ("openai", _): return .models
        case ("stripe", _): return ask.segments.contains("payment_links") ? .paymentLinks : .stripe
        default: return nil
        }
    }
}

/// The faults drawn for one exchange, sorted by when they act.
struct Faults {
    enum Moment { case never, before, after }
    struct Failure {
        var status: Int
        var code: String
        var tookEffect: Bool
    }

    var delay = 0
    var failure: Failure?
    var close = Moment.never
    var garbage = false
    var cut = false
    /// What the model does wrong.
    var twist: Fault?

    init(_ faults: [Fault] = []) {
        for fault in faults {
            switch fault {
            case .delay(let milliseconds): delay += milliseconds
            case .failure(let status, let code, let tookEffect):
                failure = Failure(status: status, code: code, tookEffect: tookEffect)
            case .close(let tookEffect): close = tookEffect ? .after : .before
            case .garbage: garbage = true
            case .cutBody: cut = true
            case .refusal, .length, .schemaViolation: twist = fault
            case .duplicate, .reorder, .drop: break
            }
        }
    }
}
