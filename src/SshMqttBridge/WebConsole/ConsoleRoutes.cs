using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace SshMqttBridge.WebConsole;

/// <summary>Which endpoint answers which request.</summary>
internal static class ConsoleRoutes
{
    public static void Map(WebApplication application)
    {
        var guard = application.Services.GetRequiredService<RequestGuard>();
        var session = application.Services.GetRequiredService<SessionEndpoint>();
        var state = application.Services.GetRequiredService<StateEndpoint>();
        var events = application.Services.GetRequiredService<EventsEndpoint>();
        var history = application.Services.GetRequiredService<HistoryEndpoint>();
        var commands = application.Services.GetRequiredService<CommandsEndpoint>();
        var trust = application.Services.GetRequiredService<TrustEndpoint>();
        var reload = application.Services.GetRequiredService<ReloadEndpoint>();
        var settings = application.Services.GetRequiredService<SettingsEndpoint>();
        var files = application.Services.GetRequiredService<FilesEndpoint>();
        var downloads = application.Services.GetRequiredService<DownloadEndpoint>();
        var page = application.Services.GetRequiredService<StaticFiles>();
        application.Use(next => context => guard.InvokeAsync(context, next));
        application.UseRouting();
        application.MapPost("/api/session", session.BeginAsync);
        application.MapDelete("/api/session", session.EndAsync);
        application.MapGet("/api/session", NoContent);
        application.MapGet("/api/state", state.GetAsync);
        application.MapGet("/api/events", events.GetAsync);
        application.MapGet("/api/history", history.GetAsync);
        application.MapGet("/api/history/commands", history.GetCommandsAsync);
        application.MapGet("/api/history/last", history.GetLastAsync);
        application.MapGet("/api/history/{server}/{id}", history.GetResultAsync);
        application.MapPost("/api/servers/{id}/exec", commands.ExecAsync);
        application.MapPost("/api/servers/{id}/run/{action}", commands.RunAsync);
        application.MapPost("/api/servers/{id}/get", commands.GetAsync);
        application.MapPost("/api/servers/{id}/put", commands.PutAsync);
        application.MapPost("/api/servers/{id}/cancel", commands.CancelAsync);
        application.MapPost("/api/servers/{id}/connection", commands.ConnectionAsync);
        application.MapPost("/api/servers/{id}/trust", trust.AcceptAsync);
        application.MapGet("/api/settings", settings.GetAsync);
        application.MapPost("/api/reload", reload.PostAsync);
        application.MapGet("/api/files", files.ListAsync);
        application.MapPost("/api/files/check", files.CheckAsync);
        application.MapPut("/api/files", files.UploadAsync);
        application.MapPost("/api/downloads", downloads.CreateAsync);
        application.MapGet(DownloadLinks.Path + "/{id}", downloads.GetAsync);
        application.MapFallback("{**path}", page.GetAsync);
    }

    private static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
