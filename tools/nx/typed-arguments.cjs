/**
 * What was typed for the program. Nx keeps options that it knows itself, as --parallel; those that the program has too are its.
 *
 * @param all the command line of Nx
 * @param kept what Nx left of it, in the same order
 * @param own names of options of the program, all with a value, that Nx knows as well
 */
function typedArguments(all, kept, own) {
  const typed = [];
  let next = 0;
  let isValue = false;
  for (const argument of all) {
    const name = /^--([^=]+)/.exec(argument)?.[1];
    if (argument === kept[next]) next++;
    else if (!isValue && !own.includes(name)) continue;
    typed.push(argument);
    isValue = own.includes(name) && !argument.includes('=');
  }
  // Nx may have rewritten one: then its word counts.
  return next === kept.length ? typed : kept;
}

module.exports = { typedArguments };
