[assembly: AssemblyFixture(typeof(Svgx.Tests.E2E.Running.Browsers))]
[assembly: AssemblyFixture(typeof(Svgx.Tests.E2E.Running.SharedApp))]
