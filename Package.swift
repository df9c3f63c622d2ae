// swift-tools-version: 6.2
import PackageDescription

// One set of settings for every target. It stands above `package` because a constant below it is ignored.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "crset",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "crset", targets: ["crset"]),
        .executable(name: "crset-bench", targets: ["crset-bench"]),
        .executable(name: "crset-sim", targets: ["crset-sim"]),
    ],
    dependencies: [
        // HTTP server: the fastest kept one on SwiftNIO with structured concurrency.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        // HTTP client of the three outside services: pooling, TLS and time-outs.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // Byte buffers and event loops under both of them.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // Header names and status codes of the server.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        // SQLite with a migrator and a single-writer pool.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // The command line.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Settings layered from flags, environment, `.env` and files.
        .package(
            url: "https://github.com/apple/swift-configuration",
            from: "1.4.0",
            traits: ["YAML", "CommandLineArguments"]
        ),
        // YAML of the prompts, the catalog and the qualification.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // Templates of the prompt files.
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        // HMAC of the webhooks, hashes of the prompt versions.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // The tokens of the API.
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        // Structured logs.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // Start and stop in order, signals.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The way of a message, from the pure middle outwards.

        /** Stages, events, effects and `advance`; qualification, offers, guided mode, the guard. Pure values. */
        .target(name: "Conversation", swiftSettings: settings),

        /** The three outside services: payloads, clients, signatures, errors. Knows nothing of ours. */
        .target(
            name: "Integrations",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),

        /** Prompt files and configuration: loading, checking, rendering, versions. */
        .target(
            name: "Prompts",
            dependencies: [
                "Conversation",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),

        /** libpq, from the system. */
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

        /** One `Store`: inbox, conversations, transcript, outbox and timers, on SQLite and on Postgres. */
        .target(
            name: "Storage",
            dependencies: [
                "Conversation", "CPostgres",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),

        /** The way of a message: Webhook, Inbox, Turn, Effects, Outbox, Timers, Reconciliation. */
        .target(
            name: "Pipeline",
            dependencies: [
                "Conversation", "Integrations", "Prompts", "Storage",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),

        /** What staff can do: leads and transcripts. */
        .target(name: "Desk", dependencies: ["Conversation", "Storage"], swiftSettings: settings),

        /** HTTP: webhooks, health. */
        .target(
            name: "Server",
            dependencies: [
                "Pipeline", "Desk",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),

        /** WhatsApp, OpenAI and Stripe on loopback HTTP, with faults on request. */
        .target(
            name: "Sandbox",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),

        /** A simulated world around the real pipeline and store: one seed, one history, and the promises held against it. */
        .target(
            name: "Simulation",
            dependencies: [
                "Conversation", "Integrations", "Prompts", "Storage", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),

        /** The executable: one thin file per command. */
        .executableTarget(
            name: "crset",
            dependencies: [
                "Conversation", "Integrations", "Prompts", "Storage", "Pipeline", "Desk", "Server", "Sandbox",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),

        /** The figures of the README: throughput, latency, memory, start, growth, recovery. */
        .executableTarget(
            name: "crset-bench",
            dependencies: [
                "Conversation", "Integrations", "Prompts", "Storage", "Pipeline", "Desk", "Server", "Sandbox",
                "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),

        /** Runs simulated histories by seed and tells which promise broke. */
        .executableTarget(
            name: "crset-sim",
            dependencies: [
                "Prompts", "Storage", "Simulation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),

        // Tests, in the same order.

        /** A Postgres server and `crset` processes for tests and benchmarks. */
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(
            name: "ConversationTests",
            dependencies: ["Conversation", "Prompts"],
            resources: [.copy("Stories")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationsTests",
            dependencies: [
                "Integrations",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: settings
        ),
        .testTarget(name: "PromptsTests", dependencies: ["Prompts", "Conversation"], swiftSettings: settings),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Storage", "Conversation", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Pipeline", "Server", "Desk", "Sandbox", "Storage", "Prompts", "Integrations", "Conversation",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            // Read from their place, so that they can be added to without a build.
            exclude: ["Guard/Corpus"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Simulation", "Storage", "Prompts", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SandboxTests",
            dependencies: [
                "Sandbox", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "crsetTests",
            dependencies: [
                "crset", "Conversation", "Storage",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.copy("Scripts")],
            swiftSettings: settings
        ),
        /** The real program in processes of its own: killed, stopped, and with a database in trouble. */
        .testTarget(
            name: "KillTests",
            dependencies: [
                "crset", "Sandbox", "Storage", "Conversation", "Integrations", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
    ]
)
