namespace Svgx.Bench.Load.Traffic;

/// <summary>What load is put on.</summary>
internal sealed record TrafficPlan(int Clients, int Documents, int Rate, TimeSpan Warmup, TimeSpan Length, int Elements, bool Plain)
{
    /// <summary>Operations that are sent before the measurement.</summary>
    public int WarmupOperations => (int)(Rate * Warmup.TotalSeconds);

    /// <summary>All operations that are sent.</summary>
    public int Operations => WarmupOperations + (int)(Rate * Length.TotalSeconds);

    /// <summary>The document that a client is in.</summary>
    public int DocumentOf(int client) => client % Documents;

    /// <summary>Who sends an operation: the clients in turn.</summary>
    public int AuthorOf(int operation) => operation % Clients;

    /// <summary>How many clients are in a document.</summary>
    public int ClientsIn(int document) => ((Clients - 1 - document) / Documents) + 1;

    /// <summary>The element that an operation moves: one of its author's own, so that no two people work on one element.</summary>
    public int ElementOf(int operation)
    {
        var seat = AuthorOf(operation) / Documents;
        var seats = ClientsIn(DocumentOf(AuthorOf(operation)));
        var own = Math.Max(1, (Elements - seat + seats - 1) / seats);
        return (seat + (operation / Clients % own * seats)) % Elements;
    }
}
