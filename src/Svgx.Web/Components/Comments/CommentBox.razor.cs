using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Svgx.Web.Documents;

namespace Svgx.Web.Components.Comments;

/// <summary>A field for one comment. Typing, completing mentions and keeping the text while the server is away is the collocated module's; sending comes here.</summary>
public sealed partial class CommentBox(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly string _hintId = $"comment-hint-{Guid.NewGuid():N}";
    private ElementReference _host;
    private readonly CollocatedModule _box = new(js, "./Components/Comments/CommentBox.razor.js");
    private DotNetObjectReference<CommentBox>? _self;
    private string _commentId = NewId();
    private string? _error;
    private IReadOnlyList<DocumentPerson>? _toldPeople;
    private bool _disposed;
    private bool _isReady;

    /// <summary>What the field is for.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>Shown while it is empty.</summary>
    [Parameter]
    public string Placeholder { get; set; } = "";

    /// <summary>The words on the button.</summary>
    [Parameter]
    public string SendLabel { get; set; } = "Send";

    /// <summary>What stands in it at first.</summary>
    [Parameter]
    public string Text { get; set; } = "";

    /// <summary>Who can be mentioned.</summary>
    [Parameter]
    public IReadOnlyList<DocumentPerson> People { get; set; } = [];

    /// <summary>Whether it takes the focus at once.</summary>
    [Parameter]
    public bool Focus { get; set; }

    /// <summary>Sends the text under an id that is the same when it is tried again; answers why it did not work, or <see langword="null"/>.</summary>
    [Parameter, EditorRequired]
    public Func<string, string, Task<string?>> Send { get; set; } = default!;

    /// <summary>Raised to give up. Without it there is no such button.</summary>
    [Parameter]
    public EventCallback Cancel { get; set; }

    /// <summary>Called by the module. Answers whether it was sent.</summary>
    [JSInvokable]
    public async Task<bool> OnSend(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return false;
        _error = await Send(text, _commentId);
        if (_error is null)
            _commentId = NewId();
        if (!_disposed)
            StateHasChanged();
        return _error is null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _box.DisposeAsync();
        _self?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _toldPeople = People;
            if (!await _box.MountAsync(_host, _self, Names(), Text, Focus))
                return; // what was sent while the module was on its way can have closed the field
            _isReady = true; // until now a press on the button would have been lost
            StateHasChanged();
        }
        else if (_box.IsMounted && !ReferenceEquals(_toldPeople, People))
        {
            _toldPeople = People;
            await _box.TellAsync("know", Names());
        }
    }

    private object Names() => People.Select(person => new { id = person.UserId, name = person.Name, email = person.Email }).ToArray();

    private static string NewId() => "c" + Guid.CreateVersion7().ToString("N");
}
