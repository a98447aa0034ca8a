using Microsoft.Data.Sqlite;

namespace Svgx.Collaboration.Storage;

/// <summary>What SQLite says of a database rather than of a statement: somebody has to see to it.</summary>
internal static class DatabaseFault
{
    // The primary result codes of https://sqlite.org/rescode.html.
    private const int Perm = 3, Busy = 5, Locked = 6, ReadOnly = 8, IOError = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    public static bool Is(Exception error) => MeetsAll(error) || error is SqliteException { SqliteErrorCode: Corrupt or Full };

    /// <summary>Whether any other write would have met the same, at once or after as long a wait. A full disk may have room for a smaller one, and damage lies in one place.</summary>
    public static bool MeetsAll(Exception error) => error is SqliteException { SqliteErrorCode: Perm or Busy or Locked or ReadOnly or IOError or CannotOpen or NotADatabase };

    /// <summary>The same, with the file and what to do about it: SQLite names neither.</summary>
    public static Exception Explain(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        Corrupt or NotADatabase => new InvalidDataException($"The database {path} is damaged. Restore the data folder from a backup.", error),
        Busy or Locked => new IOException($"The database {path} is in use by another program. End that program and try again.", error),
        Full => new IOException($"The disk of the database {path} is full. Free some space and try again.", error),
        _ => new IOException($"The database {path} cannot be opened for writing. See to it that this account may write the file and its folder. {error.Message}", error),
    };
}
