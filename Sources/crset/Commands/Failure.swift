import ArgumentParser
import Desk
import Prompts
import Server

/// Exit codes of CONTRACT.md.
enum Exit {
    static let failure: Int32 = 1
    static let unavailable: Int32 = 69
    static let configuration: Int32 = 78
}

/// Ends a command with one line on stderr that says what is wrong and how to mend it.
struct Failure: Error, CustomStringConvertible {
    var description: String
    var exitCode: Int32 = Exit.failure
}

/// Runs the body of a command; errors become lines on stderr and the exit code that fits.
func reportingFailures(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as SettingsError {
        Terminal.complain(error.problems)
        throw ExitCode(Exit.configuration)
    } catch let error as PromptProblems {
        Terminal.complain(error.items.map(String.init(describing:)))
        throw ExitCode(Exit.configuration)
    } catch let error as StartProblem {
        Terminal.complain([error.description])
        throw ExitCode(error.exitCode)
    } catch let error as Failure {
        Terminal.complain([error.description])
        throw ExitCode(error.exitCode)
    } catch let error as DeskError {
        Terminal.complain([error.description])
        throw ExitCode(error.code == .invalid ? ExitCode.validationFailure.rawValue : Exit.failure)
    } catch let error as ExitCode {
        throw error
    } catch {
        Terminal.complain(["\(error)"])
        throw ExitCode(Exit.failure)
    }
}
