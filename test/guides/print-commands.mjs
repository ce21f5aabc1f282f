import { Command } from "commander";

/** Loaded before `local/cli/main.ts`: prints which commands there are, with their options, instead of running one. */
Command.prototype.parseAsync = async function () {
  process.stdout.write(JSON.stringify(this.commands.map(described)));
  return this;
};

function described(command) {
  return {
    name: command.name(),
    commands: command.commands.map(described),
    arguments: command.registeredArguments.map(({ required, variadic }) => ({ required, variadic })),
    options: command.options.map(({ long, required, optional, mandatory, variadic }) => ({
      long,
      takesValue: required || optional,
      mandatory,
      variadic,
    })),
  };
}
