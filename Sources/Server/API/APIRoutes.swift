import Desk
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat

/// The routes of the API in the router, with their description beside them.
struct APIRoutes: Sendable {
    let routes: [Route]
    let services: APIServices
    private let description: ByteBuffer
    private let page: ByteBuffer

    init(services: APIServices) throws {
        routes = try Routes.all()
        self.services = services
        let document = try OpenAPI(routes).document()
        description = ByteBuffer(data: try DeskJSON.data(document))
        page = ByteBuffer(string: try DocsPage(document).html())
    }

    func add(to router: Router<BasicRequestContext>) {
        router.add(middleware: APIMisses(routes: routes))
        for route in routes {
            let exchange = Exchange(route: route, services: services)
            router.on(RouterPath(route.path), method: route.method) { request, context in
                await exchange.respond(request, context.parameters, context.logger)
            }
        }
        let (description, page) = (description, page)
        router.get("openapi.json") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/json", .cacheControl: "no-cache"],
                body: ResponseBody(byteBuffer: description)
            )
        }
        router.get("docs") { _, _ in
            var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-cache"]
            headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
            headers[.xContentTypeOptions] = "nosniff"
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: page))
        }
    }
}

/// Beneath `/v1/`, what isn't there is a problem too: 405 where only the method is wrong, 404 otherwise.
private struct APIMisses<Context: RequestContext>: RouterMiddleware {
    let routes: [Route]

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch let error as HTTPError {
            // As it was sent: a path that isn't UTF-8 can't be read as one.
            let sent = request.head.path?.split(separator: "?", maxSplits: 1).first ?? ""
            guard error.status == .notFound, sent.hasPrefix("/v1/") else { throw error }
            guard sent.removingPercentEncoding != nil else {
                return APIProblem(.notFound, "not_found", "the path isn't percent-encoded UTF-8").response()
            }
            let path = sent.split(separator: "/", omittingEmptySubsequences: false)
            let methods = routes.filter { Self.fits(path, $0.path) }.map(\.method.rawValue)
            if methods.isEmpty {
                return APIProblem(.notFound, "not_found", "there is no such resource; see /docs").response()
            }
            var headers = HTTPFields()
            let allowed = Set(methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted().joined(separator: ", ")
            headers[.allow] = allowed
            return APIProblem(.methodNotAllowed, "method_not_allowed", "this takes \(allowed)").response(headers)
        }
    }

    private static func fits(_ path: [Substring], _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == path.count
            && zip(parts, path).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && !$1.isEmpty) }
    }
}
