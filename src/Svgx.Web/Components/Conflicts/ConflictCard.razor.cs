using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Svgx.Collaboration.Conflicts;

namespace Svgx.Web.Components.Conflicts;

/// <summary>One conflict that waits for a decision.</summary>
public sealed partial class ConflictCard(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private ElementReference _self, _pictures;
    private readonly CollocatedModule _module = new(js, "./Components/Conflicts/ConflictCard.razor.js");
    private Dictionary<string, string>? _choices;
    private Conflict? _drawn;
    private AskedConflict? _answered;

    /// <summary>The conflict.</summary>
    [Parameter, EditorRequired]
    public Conflict Conflict { get; set; } = default!;

    /// <summary>What people call the element. Default: what it is, with its id.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>Who looks.</summary>
    [Parameter, EditorRequired]
    public string UserId { get; set; } = "";

    /// <summary>Whether they may settle it.</summary>
    [Parameter]
    public bool MayDecide { get; set; }

    /// <summary>Whether a decision is under way.</summary>
    [Parameter]
    public bool IsBusy { get; set; }

    /// <summary>The wish to see this card: it comes into sight and has the focus. The same wish counts once.</summary>
    [Parameter]
    public AskedConflict? Asked { get; set; }

    /// <summary>Raised with what the person decides.</summary>
    [Parameter]
    public EventCallback<ConflictDecision> Decided { get; set; }

    /// <summary>Raised with the element that the person wants to see on the drawing.</summary>
    [Parameter]
    public EventCallback<string> Shown { get; set; }

    private bool IsDeletion => Conflict.First.IsDelete || Conflict.Second.IsDelete;

    /// <summary>One person's work in two branches, that met when they were merged: the branches tell the sides apart, the names do not.</summary>
    private bool IsOfOne => Conflict.MergedFrom is not null && Conflict.First.UserId == Conflict.Second.UserId;

    private string SeverityText => Conflict.Severity switch
    {
        ConflictSeverity.High => "Severe: something would be lost",
        ConflictSeverity.Medium => "Moderate: position or size",
        _ => "Slight: looks only",
    };

    private string Story
    {
        get
        {
            if (IsOfOne && !IsDeletion)
                return $"{Who(Conflict.First, begins: true)} {ConflictWords.Did(Conflict.First)} in “{BranchOf(Conflict.First)}”, and {ConflictWords.Did(Conflict.Second)} otherwise in “{BranchOf(Conflict.Second)}”.";
            if (!IsDeletion)
                return $"{Who(Conflict.First, begins: true)} {ConflictWords.Did(Conflict.First)}, and {Who(Conflict.Second)} {ConflictWords.Did(Conflict.Second)} without having seen that.";
            var (deleting, changing) = Conflict.First.IsDelete ? (Conflict.First, Conflict.Second) : (Conflict.Second, Conflict.First);
            if (IsOfOne)
                return $"{Who(deleting, begins: true)} deleted this in “{BranchOf(deleting)}” and changed it in “{BranchOf(changing)}”. It stays until somebody decides.";
            return $"{Who(deleting, begins: true)} deleted this while {(changing.UserId == UserId ? "you were" : $"{changing.Username} was")} changing it. It stays until somebody decides.";
        }
    }

    private IEnumerable<Option> Options
    {
        get
        {
            var recommended = ConflictWords.Recommended(Conflict);
            if (IsDeletion)
            {
                var (deleting, changing) = Conflict.First.IsDelete ? (Conflict.First, Conflict.Second) : (Conflict.Second, Conflict.First);
                yield return new("Kept", "Keep it", "kept, with the change", Take(changing), true, new([], false));
                yield return new("Deleted", "Delete it", "deleted", Take(deleting), false, new([], true));
                yield break;
            }
            foreach (var side in new[] { Conflict.First, Conflict.Second }.OrderBy(side => side.UserId == UserId ? 0 : 1))
                yield return new(NameOf(side), IsOfOne ? $"Keep “{BranchOf(side)}”" : side.UserId == UserId ? "Keep mine" : $"Keep {side.Username}’s", $"{(IsOfOne ? BranchOf(side) : side.Username)} has it", Take(side),
                    recommended == ConflictStrategies.LastWriteWins && ReferenceEquals(side, Conflict.Second), new(new(side.Values), false));
            yield return new("Merged", "Merge", "merged", new(Conflict.ConflictId, ConflictStrategies.Merge), recommended == ConflictStrategies.Merge,
                new(new(ConflictOutcome.Of(Conflict, ConflictStrategies.Merge)), false));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _module.TellAsync("release", _pictures);
        await _module.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Asked is not null && !ReferenceEquals(_answered, Asked))
        {
            _answered = Asked;
            await _self.FocusIfThereAsync();
        }
        if (ReferenceEquals(_drawn, Conflict))
            return;
        _drawn = Conflict;
        if (await _module.ImportAsync())
            await _module.TellAsync("draw", _pictures, Conflict.ElementId, Options.Select(option => option.Picture).ToArray());
    }

    private string BranchOf(ConflictSide side) => ReferenceEquals(side, Conflict.First) ? Conflict.Branch : Conflict.MergedFrom!; // what comes in is second

    private ConflictDecision Take(ConflictSide side) => new(Conflict.ConflictId, ConflictStrategies.UserChoice, side.OperationIds[^1]);

    private string Who(ConflictSide side, bool begins = false) => side.UserId != UserId ? side.Username : begins ? "You" : "you";

    private string NameOf(ConflictSide side) => IsOfOne ? BranchOf(side) : side.UserId == UserId ? "Yours" : $"{side.Username}’s";

    private void BeginChoosing() => _choices = Conflict.Base.Keys.ToDictionary(name => name, name => (Conflict.LastByFirst.Contains(name) ? Conflict.First : Conflict.Second).OperationIds[^1], StringComparer.Ordinal);

    private void Choose(string name, ConflictSide side) => _choices![name] = side.OperationIds[^1];

    private sealed record Option(string Caption, string Action, string PictureText, ConflictDecision Decision, bool IsRecommended, PictureOf Picture);

    /// <summary>How a picture differs from the drawing as it is.</summary>
    internal sealed record PictureOf(Dictionary<string, string?> Values, bool Deleted);
}
