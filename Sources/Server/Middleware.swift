import Hummingbird
import Logging

/// Logs what went wrong with a request. The path only: a query may hold the verify token.
struct RequestLog<Context: RequestContext>: RouterMiddleware {
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
                    metadata: ["method": "\(request.method)", "path": "\(request.uri.path)"]
                )
            }
            return response
        } catch let error as any HTTPResponseError {
            context.logger.info(
                "answered \(error.status.code)",
                metadata: ["method": "\(request.method)", "path": "\(request.uri.path)"]
            )
            throw error
        } catch {
            context.logger.error(
                "a request failed",
                metadata: ["method": "\(request.method)", "path": "\(request.uri.path)", "why": "\(error)"]
            )
            return Response(status: .internalServerError)
        }
    }
}
