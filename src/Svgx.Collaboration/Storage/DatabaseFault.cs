using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Svgx.Collaboration.Storage;

/// <summary>What SQLite says of a database rather than of a statement: somebody has to see to it.</summary>
internal static class DatabaseFault
{
    public static bool Is(Exception error) => MeetsAll(error) || error is SqliteException { SqliteErrorCode: SQLITE_CORRUPT or SQLITE_FULL };

    /// <summary>Whether what the file holds is not what was written there.</summary>
    public static bool IsDamage(Exception error) => error is SqliteException { SqliteErrorCode: SQLITE_CORRUPT or SQLITE_NOTADB };

    /// <summary>Whether any other write would have met the same, at once or after as long a wait. A full disk may have room for a smaller one, and damage lies in one place.</summary>
    public static bool MeetsAll(Exception error) => error is SqliteException { SqliteErrorCode: SQLITE_PERM or SQLITE_BUSY or SQLITE_LOCKED or SQLITE_READONLY or SQLITE_IOERR or SQLITE_CANTOPEN or SQLITE_NOTADB };

    /// <summary>The same, with the file and what to do about it: SQLite names neither.</summary>
    public static Exception Explain(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        SQLITE_CORRUPT or SQLITE_NOTADB => new InvalidDataException($"The database {path} is damaged. Restore the data folder from a backup.", error),
        SQLITE_BUSY or SQLITE_LOCKED => new IOException($"The database {path} is in use by another program. End that program and try again.", error),
        SQLITE_FULL => new IOException($"The disk of the database {path} is full. Free some space and try again.", error),
        _ => new IOException($"The database {path} cannot be opened for writing. See to it that this account may write the file and its folder. {error.Message}", error),
    };
}
