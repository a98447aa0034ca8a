using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Svgx.Collaboration.Storage.Migrations
{
    /// <inheritdoc />
    public partial class VersionsAndChecksums : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "Hash",
                table: "Snapshots",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "Hash",
                table: "Operations",
                type: "BLOB",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Branches",
                columns: table => new
                {
                    DocumentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedByName = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    FromBranch = table.Column<string>(type: "TEXT", nullable: false),
                    FromRevision = table.Column<long>(type: "INTEGER", nullable: false),
                    FromVersion = table.Column<string>(type: "TEXT", nullable: false),
                    DeletedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Branches", x => new { x.DocumentId, x.Name });
                });

            migrationBuilder.CreateTable(
                name: "VersionChunks",
                columns: table => new
                {
                    DocumentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Content = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_VersionChunks", x => new { x.DocumentId, x.Hash });
                });

            migrationBuilder.CreateTable(
                name: "VersionContents",
                columns: table => new
                {
                    DocumentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ContentHash = table.Column<string>(type: "TEXT", nullable: false),
                    Header = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Chunks = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_VersionContents", x => new { x.DocumentId, x.ContentHash });
                });

            migrationBuilder.CreateTable(
                name: "Versions",
                columns: table => new
                {
                    DocumentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    VersionId = table.Column<string>(type: "TEXT", nullable: false),
                    Number = table.Column<long>(type: "INTEGER", nullable: false),
                    Branch = table.Column<string>(type: "TEXT", nullable: false),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false),
                    Parents = table.Column<string>(type: "TEXT", nullable: false),
                    ContentHash = table.Column<string>(type: "TEXT", nullable: false),
                    AuthorId = table.Column<string>(type: "TEXT", nullable: false),
                    AuthorName = table.Column<string>(type: "TEXT", nullable: false),
                    Description = table.Column<string>(type: "TEXT", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: true),
                    Tags = table.Column<string>(type: "TEXT", nullable: false),
                    Metadata = table.Column<string>(type: "TEXT", nullable: false),
                    PurgedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LabelHash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Versions", x => new { x.DocumentId, x.VersionId });
                });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_DocumentId_Branch_Revision",
                table: "Versions",
                columns: new[] { "DocumentId", "Branch", "Revision" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_DocumentId_Number",
                table: "Versions",
                columns: new[] { "DocumentId", "Number" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Branches");

            migrationBuilder.DropTable(
                name: "VersionChunks");

            migrationBuilder.DropTable(
                name: "VersionContents");

            migrationBuilder.DropTable(
                name: "Versions");

            migrationBuilder.DropColumn(
                name: "Hash",
                table: "Snapshots");

            migrationBuilder.DropColumn(
                name: "Hash",
                table: "Operations");
        }
    }
}
