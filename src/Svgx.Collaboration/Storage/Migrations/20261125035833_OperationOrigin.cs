using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Svgx.Collaboration.Storage.Migrations
{
    /// <inheritdoc />
    public partial class OperationOrigin : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Origin",
                table: "Operations",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Origin",
                table: "Operations");
        }
    }
}
