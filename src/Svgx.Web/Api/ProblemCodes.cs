using Microsoft.AspNetCore.Mvc;

namespace Svgx.Web.Api;

/// <summary>Gives every problem a stable <c>code</c>, also those that the framework reports before an endpoint of ours is reached.</summary>
internal static class ProblemCodes
{
    public static void Complete(ProblemDetails problem) => problem.Extensions.TryAdd("code", problem.Status switch
    {
        StatusCodes.Status400BadRequest => "bad_request",
        StatusCodes.Status401Unauthorized => "sign_in_required",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
        StatusCodes.Status413PayloadTooLarge => "too_large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported_media_type",
        StatusCodes.Status429TooManyRequests => "rate_limited",
        _ => "internal_error",
    });
}
