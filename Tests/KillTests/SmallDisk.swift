import Foundation
import Glibc
import TestSupport

/// A small file system in memory that can be filled up.
struct SmallDisk {
    let folder: URL
    private var filler: URL { folder.appending(path: "filler") }

    static let canMount: Bool = {
        guard let disk = try? SmallDisk() else { return false }
        disk.remove()
        return true
    }()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "crset-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard geteuid() == 0, mount("crset-test", folder.path, "tmpfs", 0, "size=16m") == 0 else {
            rmdir(folder.path)
            throw Missed("only root may mount a file system")
        }
    }

    /// To the last byte.
    func fill() throws {
        let file = open(filler.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Missed("no filler on the small disk") }
        defer { close(file) }
        for size in [1 << 16, 1 << 12, 1] {
            let bytes = [UInt8](repeating: 1, count: size)
            while write(file, bytes, size) > 0 {}
        }
    }

    func makeRoom() throws { try FileManager.default.removeItem(at: filler) }

    func remove() {
        // Lazily: whoever still has a file open there keeps it until the end.
        umount2(folder.path, Int32(MNT_DETACH))
        rmdir(folder.path)
    }
}
