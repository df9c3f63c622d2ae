import Hummingbird
import Logging

/// Logs what went wrong with a request. The path only: a query may hold the verify token.
struct RequestLog<Context: RequestContext>: RouterMiddleware {
    /// A lead may be named by its phone number.
    private static func path(_ request: Request) -> String {
        var parts = request.uri.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count > 3, parts[1...2] == ["v1", "leads"], !parts[3].isEmpty { parts[3] = "{lead}" }
        return parts.joined(separator: "/")
    }

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            let response = try await next(request, context)
            if response.status.code >= 400 {
                context.logger.info(
                    "answered \(response.status.code)",
                    metadata: ["method": "\(request.method)", "path": "\(Self.path(request))"]
                )
            }
            return response
        } catch let error as any HTTPResponseError {
            context.logger.info(
                "answered \(error.status.code)",
                metadata: ["method": "\(request.method)", "path": "\(Self.path(request))"]
            )
            throw error
        } catch {
            context.logger.error(
                "a request failed",
                metadata: ["method": "\(request.method)", "path": "\(Self.path(request))", "why": "\(error)"]
            )
            return Response(status: .internalServerError)
        }
    }
}
